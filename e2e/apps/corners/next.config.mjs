import { withS3Cache } from 's3-cache-handler/config'

export default withS3Cache(
  {
    basePath: '/shop',
    // For the Pages Router: the App Router knows no locales.
    i18n: { locales: ['en', 'fr'], defaultLocale: 'en', localeDetection: false },
  },
  // 20 MB take a while where other work slows the machine down.
  { timeoutMs: 10_000 },
)

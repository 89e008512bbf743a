import { vitePlugin as remix } from '@remix-run/dev'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [remix({ future: { v3_singleFetch: process.env['FIXTURE_FLAGS'] === 'v3_singleFetch' } })],
  // As where it is installed: Vite takes what is linked for a part of the app.
  ssr: { external: ['s3-cache-handler'] },
  logLevel: 'warn',
})

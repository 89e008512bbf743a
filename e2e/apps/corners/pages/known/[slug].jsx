import { LocalisedPage, localisedProps } from '../../lib/localised-page.jsx'

export const getStaticPaths = () => ({
  paths: [{ params: { slug: 'one' } }, { params: { slug: 'one' }, locale: 'fr' }],
  fallback: false,
})
export const getStaticProps = localisedProps('known')
export default LocalisedPage

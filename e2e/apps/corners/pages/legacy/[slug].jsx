import { LocalisedPage, localisedProps } from '../../lib/localised-page.jsx'

export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' })
export const getStaticProps = localisedProps('legacy')
export default LocalisedPage

import { useRouter } from 'next/router'
import { LocalisedPage, localisedProps } from '../../lib/localised-page.jsx'

export const getStaticPaths = () => ({ paths: [], fallback: true })
export const getStaticProps = localisedProps('shell')

export default function ShellPage(props) {
  return useRouter().isFallback ? <p>The shell</p> : <LocalisedPage {...props} />
}

import { foundPage } from '../../../lib/found-page.jsx'

export const revalidate = false
export const generateStaticParams = () => []
export default foundPage('found')

import { foundPage } from '../../../lib/found-page.jsx'

export const revalidate = 2
export const generateStaticParams = () => []
export default foundPage('found-2s')

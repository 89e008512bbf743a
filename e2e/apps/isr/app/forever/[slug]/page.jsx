import { isrPage } from '../../../lib/isr-page.jsx'

export const revalidate = false
export const generateStaticParams = () => []
export default isrPage('forever')

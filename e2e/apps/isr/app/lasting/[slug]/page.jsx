import { isrPage } from '../../../lib/isr-page.jsx'

export const revalidate = 5
export const generateStaticParams = () => []
export default isrPage('lasting')

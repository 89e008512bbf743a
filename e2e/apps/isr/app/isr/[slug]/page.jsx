import { isrPage } from '../../../lib/isr-page.jsx'

export const revalidate = 2
export const generateStaticParams = () => []
export default isrPage('isr')

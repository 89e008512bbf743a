import Link from 'next/link'
import { PageHeader } from '../components/page-header.tsx'

export const metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <>
      <PageHeader
        title="Lost at sea"
        intro="There is no page at this address. It may never have been one."
        renderedAt={new Date().toISOString()}
      />
      <p>
        <Link href="/">Back to the news</Link>
      </p>
    </>
  )
}

import { redirect } from 'next/navigation'
import { askOrigin } from '../../../lib/origin.mjs'

export const revalidate = false
export const generateStaticParams = () => []

export default async function MovedPage({ params }) {
  const { slug } = await params
  await askOrigin(`moved/${slug}`)
  redirect(`/forever/${slug}`)
}

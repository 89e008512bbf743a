import { notFound } from 'next/navigation'
import { askOrigin } from '../../../lib/origin.mjs'

export const revalidate = false
export const generateStaticParams = () => []

export default async function MissingPage({ params }) {
  const { slug } = await params
  await askOrigin(`missing/${slug}`)
  notFound()
}

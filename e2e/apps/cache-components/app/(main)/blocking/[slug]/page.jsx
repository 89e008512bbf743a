import { makeFacts } from '../../../../lib/facts.js'

export const generateStaticParams = () => [{ slug: 'built' }]

/** Nothing can be shown before the slug is known, so that the shell for any slug, which the build makes, is empty. */
export default async function BlockingPage({ params }) {
  'use cache'
  const { slug } = await params
  return <output id="render">{await makeFacts(`blocking/${slug}`)}</output>
}

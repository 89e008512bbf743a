import { randomUUID } from 'node:crypto'

export const revalidate = 3600
export const generateStaticParams = () => []

export default async function StoryPage({ params }) {
  const { slug } = await params
  return (
    <main>
      <h1>{slug}</h1>
      <output id="render">{`build ${process.env.FIXTURE_BUILD}, render ${randomUUID()}`}</output>
    </main>
  )
}

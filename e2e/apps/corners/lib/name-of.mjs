/**
 * The name in a parameter, which the App Router gives as it stands in the URL.
 * @param {{ params: Promise<{ slug: string }> }} props
 */
export async function nameOf({ params }) {
  const { slug } = await params
  return decodeURIComponent(slug)
}

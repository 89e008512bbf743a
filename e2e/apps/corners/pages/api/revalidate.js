/** `?path=/fr/legacy/a`: the Pages Router's on-demand revalidation. */
export default async function handler(request, response) {
  await response.revalidate(request.query.path)
  response.status(204).end()
}

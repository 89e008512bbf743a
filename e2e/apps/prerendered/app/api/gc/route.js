import { gcDeployments } from 's3-cache-handler'

/** As the README has it, and with the keys of what is deleted, or would be. */
export async function POST(request) {
  const dryRun = new URL(request.url).searchParams.get('delete') !== 'yes'
  const keys = []
  const result = await gcDeployments({ dryRun, onObject: (key) => keys.push(key) })
  return Response.json({ ...result, keys })
}

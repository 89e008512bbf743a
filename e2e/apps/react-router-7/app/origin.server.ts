/** Asks the origin, which counts; answers how often it was asked for this by now. */
export async function askOrigin(key: string): Promise<number> {
  const response = await fetch(`${process.env['ORIGIN_URL']}/${key}`)
  const { hits } = (await response.json()) as { readonly hits: number }
  return hits
}

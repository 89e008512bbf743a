let renders = 0

/** Which answer of which process this is: no two are alike. */
export const nextRender = (): string => `${process.pid}-${++renders}`

/** Asks the source of all content for a path, where the request wants it to: `?origin`. */
export async function askOrigin({ url }: Request, path: string): Promise<void> {
  if (new URL(url).searchParams.has('origin')) await fetch(`${process.env['ORIGIN_URL']}/${path}`)
}

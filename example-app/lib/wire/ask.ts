const DEFAULT_ORIGIN = 'http://127.0.0.1:3003'

/** The newsroom's origin did not answer, or answered with a failure. */
export class WireUnreachableError extends Error {
  override readonly name = 'WireUnreachableError' as const
}

/** One question to the newsroom's origin; `undefined` means "no such thing", every other failure throws. */
export async function ask(path: string, init?: RequestInit): Promise<Response | undefined> {
  const url = new URL(path, process.env.ORIGIN_URL ?? DEFAULT_ORIGIN)
  const response = await fetch(url, init).catch((error: unknown) => {
    // Next talks to itself through errors thrown here; only a TypeError is the network's.
    if (!(error instanceof TypeError)) throw error
    throw new WireUnreachableError(`${url.href} did not answer`, { cause: error })
  })
  if (response.status === 404) return undefined
  if (!response.ok) throw new WireUnreachableError(`${url.href} answered ${response.status}`)
  return response
}

/** As `ask`, for what must exist. */
export async function askJson<T>(path: string, parse: (value: unknown) => T, init?: RequestInit): Promise<T> {
  const response = await ask(path, init)
  if (response === undefined) throw new WireUnreachableError(`${path} is gone`)
  return parse(await response.json())
}

let renders = 0

/** Which answer of which process this is: no two are alike. */
export const nextRender = (): string => `${process.pid}-${++renders}`

/** What a request asks a loader to wait for. */
export const pause = async (request: Request): Promise<void> => {
  const ms = Number(new URL(request.url).searchParams.get('pause') ?? 0)
  await new Promise((resolve) => setTimeout(resolve, ms))
}

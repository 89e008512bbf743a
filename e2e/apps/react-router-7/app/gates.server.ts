interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

const gates = new Map<string, Gate>()

/** Of this process, by its name: shut until a test opens it. */
export function gateOf(name: string): Gate {
  const known = gates.get(name)
  if (known !== undefined) return known
  const inside: (() => void)[] = []
  const opened = new Promise<void>((resolve) => inside.push(resolve))
  const gate = { opened, open: () => inside.forEach((letOut) => letOut()) }
  gates.set(name, gate)
  return gate
}

/** Waits at the gate that the request names; else a moment, so that what comes later is seen to be late. */
export async function atGate({ url }: Request): Promise<void> {
  const name = new URL(url).searchParams.get('gate')
  await (name === null ? new Promise((resolve) => setTimeout(resolve, 100)) : gateOf(name).opened)
}

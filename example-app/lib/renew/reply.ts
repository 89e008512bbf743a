/** How a server answers the panel's orders. Failures are values, for the panel shows them. */
export type Reply =
  | {
      readonly kind: 'done'
      readonly instance: string
      /** How many entries a clear deleted. */
      readonly deleted?: number
    }
  | {
      readonly kind: 'failed'
      /** `undefined` when nobody knows who was asked. */
      readonly instance?: string | undefined
      readonly reason: string
    }

/** `undefined` for what is not a reply: a proxy's own page, say. */
export function parseReply(value: unknown): Reply | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, instance, deleted, reason } = value as Record<string, unknown>
  if (typeof instance !== 'string') return undefined
  if (kind === 'failed' && typeof reason === 'string') return { kind, instance, reason }
  if (kind !== 'done') return undefined
  return { kind, instance, ...(typeof deleted === 'number' && { deleted }) }
}

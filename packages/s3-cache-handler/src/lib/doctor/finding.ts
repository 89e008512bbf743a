/** `unknown`: it could not be told, which is not the bucket's fault. */
export type Severity = 'ok' | 'warning' | 'error' | 'unknown'

/** What was looked at, and what was found. */
export interface Finding {
  /** Such as `credentials`. */
  readonly check: string
  readonly severity: Severity
  /** In a few words, without a full stop. */
  readonly says: string
  /** What to do about it; absent where there is nothing to do. */
  readonly advice?: string
}

export const ok = (check: string, says: string): Finding => ({ check, severity: 'ok', says })

export const warning = (check: string, says: string, advice: string): Finding => ({
  check,
  severity: 'warning',
  says,
  advice,
})

export const failure = (check: string, says: string, advice: string): Finding => ({
  check,
  severity: 'error',
  says,
  advice,
})

export const unknown = (check: string, says: string, advice?: string): Finding => ({
  check,
  severity: 'unknown',
  says,
  ...(advice !== undefined && { advice }),
})

/** What is found, or what it means that it could not be looked for. */
export async function examine(find: () => Promise<Finding>, explain: (error: unknown) => Finding): Promise<Finding> {
  try {
    return await find()
  } catch (error) {
    return explain(error)
  }
}

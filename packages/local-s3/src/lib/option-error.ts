/** An option, a flag or a request to the admin side that has a wrong value. */
export class OptionError extends TypeError {
  override readonly name = 'OptionError' as const

  constructor(option: string, expected: string, value: unknown) {
    super(`"${option}" must be ${expected}, got ${JSON.stringify(value)}`)
  }
}

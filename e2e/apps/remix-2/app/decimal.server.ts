/** A class of the app's own, which no codec knows by itself. */
export class Decimal {
  readonly cents: bigint

  constructor(cents: bigint) {
    this.cents = cents
  }

  toString(): string {
    return `${this.cents / 100n}.${String(this.cents % 100n).padStart(2, '0')}`
  }
}

/** How the cache keeps it. */
export const DECIMALS = {
  Decimal: {
    is: (value: unknown): value is Decimal => value instanceof Decimal,
    encode: ({ cents }: Decimal) => cents,
    decode: (cents: unknown) => new Decimal(cents as bigint),
  },
}

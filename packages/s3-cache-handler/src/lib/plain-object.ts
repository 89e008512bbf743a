/** An object literal, of any realm: its prototype is nobody, or an object whose prototype is nobody. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

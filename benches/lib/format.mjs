/** @param {number} value */
export function number(value, digits = 0) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** @param {number} bytes */
export const kilobytes = (bytes) => (bytes >= 1e6 ? `${number(bytes / 1e6, 1)} MB` : `${number(bytes / 1000)} KB`)

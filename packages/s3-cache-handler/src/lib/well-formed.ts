const UNPAIRED_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Whether UTF-8 can hold a text: unpaired surrogates would not survive it. `String.isWellFormed` is not in ES2023's types. */
export const isWellFormed = (text: string): boolean => !UNPAIRED_SURROGATE.test(text)

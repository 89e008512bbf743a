/** S3 keeps times of modification to the second; in ms since the Unix epoch. */
export const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000

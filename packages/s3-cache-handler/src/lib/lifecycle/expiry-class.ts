/**
 * The tag of an object that says after how many days nobody will read it any more, which S3's lifecycle rules can name:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html
 */
export const EXPIRY_TAG = 's3-cache-expires-after-days'

/** A rule each. Next's own longest lifetime is a year. */
export const EXPIRY_CLASSES: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

const DAY_MS = 24 * 60 * 60 * 1000

/** The shortest class that an entry written now does not outlive; undefined where it outlives all. */
export function expiryClassOf(expiresAt: number, now: number): number | undefined {
  const days = (expiresAt - now) / DAY_MS
  return EXPIRY_CLASSES.find((classDays) => classDays >= days)
}

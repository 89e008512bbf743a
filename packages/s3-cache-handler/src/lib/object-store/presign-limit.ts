/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
export const MAX_PRESIGN_SECONDS: number = 7 * 24 * 60 * 60

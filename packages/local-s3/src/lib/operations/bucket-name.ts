/** Whether S3 would accept the name; such a name is also safe as a folder's name. */
export function isBucketName(name: string): boolean {
  return /^[a-z\d](?:[a-z\d-]|\.(?!\.)){1,61}[a-z\d]$/.test(name)
}

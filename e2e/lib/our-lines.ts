/** What the handler itself wrote to a log. */
export function ourLines(log: string): string[] {
  return log.split('\n').filter((line) => line.includes('[s3-cache-handler]'))
}

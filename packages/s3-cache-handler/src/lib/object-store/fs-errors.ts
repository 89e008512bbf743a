/** So often in a row others would have to take a folder away in the moment between its making and its use. */
const MAX_ATTEMPTS = 100

/** Whether Node's error has one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

/** Repeats what makes a folder and uses it: who deletes the last object of a folder may take the folder away meanwhile. */
export async function untilFolderStays<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      // Making folders in folders may find one there, and then nothing: that is "not a directory".
      if (attempt === MAX_ATTEMPTS || !hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
    }
  }
}

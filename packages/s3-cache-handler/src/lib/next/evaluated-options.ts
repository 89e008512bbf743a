import type { ScalarOptions } from '../options/options.ts'
import { processWide } from '../registry.ts'

/** The options of the `withS3Cache` that this very process evaluated: newer than those that the build was made with. */
export const evaluatedOptions: { current: ScalarOptions | undefined } = processWide('config', () => ({
  current: undefined,
}))

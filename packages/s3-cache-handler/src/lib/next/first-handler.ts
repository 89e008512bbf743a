import { processWide } from '../registry.ts'

/**
 * Resolves when the first handler of pages that Next has constructed in this process has its cache; absent before there is
 * one. Next loads the handlers of `use cache` when the server starts, and this one at the first request.
 */
export const firstHandler: { isOpen?: Promise<void> | undefined } = processWide('first handler', () => ({}))

import { test } from '@playwright/test'

/** Puts numbers of the running test into Playwright's JSON report, from where `pnpm test:full` takes them. */
export function reportNumbers(numbers: Readonly<Record<string, number | string>>): void {
  test.info().annotations.push({ type: 'numbers', description: JSON.stringify(numbers) })
}

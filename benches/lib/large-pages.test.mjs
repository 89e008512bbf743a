import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeSourceText } from './apps.mjs'
import { createLargePages } from './large-pages.mjs'

const BYTES = 200_000
let dir
let pageOf

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'large-pages-'))
  process.env.BENCH_TEXT = writeSourceText(dir)
  pageOf = createLargePages(BYTES)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('makes half a page of prose, and half of bytes that do not compress', () => {
  const { html, rscData } = pageOf(3)
  expect([Buffer.byteLength(html), rscData.length]).toEqual([BYTES / 2, BYTES / 2])
  const ratioOf = (part) => gzipSync(part).length / (BYTES / 2)
  // As the prose of people does; a sentence that is repeated takes a hundredth.
  expect(ratioOf(html)).toBeGreaterThan(0.2)
  expect(ratioOf(html)).toBeLessThan(0.6)
  expect(ratioOf(rscData)).toBeGreaterThan(0.99)
})

it('repeats no paragraph within a page', () => {
  const paragraphs = pageOf(3).html.split('\n')
  expect(new Set(paragraphs).size).toBe(paragraphs.length)
})

it('makes the same page of the same number, and another of another', () => {
  expect(pageOf(3)).toEqual(pageOf(3))
  expect(pageOf(4).html).not.toBe(pageOf(3).html)
  expect(pageOf(4).rscData.equals(pageOf(3).rscData)).toBe(false)
})

import { expect, it } from 'vitest'
import type { Logger, LogLevel } from '../options/options.ts'
import { createLeveledLogger } from './leveled-logger.ts'

/** The levels of the lines that get through. */
function through(level: LogLevel): string[] {
  const lines: string[] = []
  const logger = createLeveledLogger(collecting(lines), level)
  logger.error('e')
  logger.warn('w')
  logger.info('i')
  logger.debug('d')
  return lines
}

const collecting = (lines: string[]): Logger => ({
  error: (line) => lines.push(`error: ${line}`),
  warn: (line) => lines.push(`warn: ${line}`),
  info: (line) => lines.push(`info: ${line}`),
  debug: (line) => lines.push(`debug: ${line}`),
})

it('marks lines as ours and keeps their level', () => {
  expect(through('debug')).toEqual([
    'error: [s3-cache-handler] e',
    'warn: [s3-cache-handler] w',
    'info: [s3-cache-handler] i',
    'debug: [s3-cache-handler] d',
  ])
})

it('leaves out what is above its level', () => {
  expect(through('info')).toHaveLength(3)
  expect(through('warn')).toHaveLength(2)
  expect(through('error')).toHaveLength(1)
  expect(through('silent')).toEqual([])
})

it('calls the methods on the logger that it was given, which may need its "this"', () => {
  class Own implements Logger {
    readonly lines: string[] = []
    error(line: string): void {
      this.lines.push(line)
    }
    warn(line: string): void {
      this.lines.push(line)
    }
    info(line: string): void {
      this.lines.push(line)
    }
    debug(line: string): void {
      this.lines.push(line)
    }
  }
  const own = new Own()
  createLeveledLogger(own, 'info').error('e')
  expect(own.lines).toEqual(['[s3-cache-handler] e'])
})

it('writes one line of a text, whatever a visitor has put into it', () => {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const logger = createLeveledLogger({ error: write, warn: write, info: write, debug: write }, 'info')
  logger.error('"/a\n[s3-cache-handler] all is well\u001b[2J" is not stored')
  expect(lines).toEqual(['[s3-cache-handler] "/a\\u{a}[s3-cache-handler] all is well\\u{1b}[2J" is not stored'])
})

#!/usr/bin/env node
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { main } from './lib/cli/main.ts'

const { stdin, stdout, stderr } = process

// As in `s3-cache ls | head`: who reads has seen enough.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const ERASE_LINE = '\r\u001b[K'
/** Whether a line is there that the next one replaces. */
let isInProgress = false

function erase(): void {
  if (isInProgress) stderr.write(ERASE_LINE)
  isInProgress = false
}

async function confirm(question: string): Promise<boolean> {
  erase()
  const dialog = createInterface({ input: stdin, output: stderr })
  // Whoever ends the input has not said yes.
  const ended = new Promise<string>((resolve) => void dialog.once('close', () => resolve('')))
  const answer = await Promise.race([dialog.question(`${question} [y/N] `), ended])
  dialog.close()
  return /^y(es)?$/i.test(answer.trim())
}

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  write(output) {
    erase()
    stdout.write(output)
  },
  complain(line) {
    erase()
    stderr.write(`${line}\n`)
  },
  confirm: stdin.isTTY && stderr.isTTY ? confirm : undefined,
  progress: stderr.isTTY
    ? (line) => {
        stderr.write(ERASE_LINE + line)
        isInProgress = true
      }
    : undefined,
  hasColours: stdout.isTTY && stdout.hasColors(),
  async untilEnded() {
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  },
})

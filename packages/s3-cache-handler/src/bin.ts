#!/usr/bin/env node
import { main } from './lib/cli/main.ts'

// As in `s3-cache ls | head`: who reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  write: (text) => void process.stdout.write(text),
  complain: (line) => console.error(line),
})

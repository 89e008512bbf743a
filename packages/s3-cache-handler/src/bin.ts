#!/usr/bin/env node
import { main } from './lib/cli/main.ts'

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  write: (text) => void process.stdout.write(text),
  complain: (line) => console.error(line),
})

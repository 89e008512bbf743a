// Builds the package in the current folder: a clean `dist`, made by plain `tsc`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'

// Beside it and then renamed, so that what uses the old one misses it for a moment only.
const building = mkdtempSync('dist-')
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json', '--outDir', building], {
  stdio: 'inherit',
  shell: true,
})
if (status === 0) {
  rmSync('dist', { recursive: true, force: true })
  renameSync(building, 'dist')
} else {
  rmSync(building, { recursive: true, force: true })
}
process.exit(status ?? 1)

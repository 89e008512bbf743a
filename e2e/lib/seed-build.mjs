// Seeds the build in the working directory, and says what came of it: `seed-build.mjs <handler module> [pages until killed]`
const [, , modulePath, killAfter = 'never'] = process.argv
const { seedBuild } = await import(modulePath)

const result = await seedBuild({
  concurrency: killAfter === 'never' ? 8 : 1,
  onPage({ done, total, path, outcome }) {
    console.log(`${done}/${total} ${path} ${outcome}`)
    if (done === Number(killAfter)) process.kill(process.pid, 'SIGKILL')
  },
})
console.log(`result ${JSON.stringify(result)}`)
process.exit(0)

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Redis of its own, from the PATH, that forgets everything at its end; frozen, it hangs. */
export async function startRedis() {
  const port = await freePort()
  const args = ['--port', `${port}`, '--save', '', '--appendonly', 'no', '--notify-keyspace-events', 'Exe']
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(server, 'exit')
  let output = ''
  server.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  while (!output.includes('Ready to accept connections')) {
    if (server.exitCode !== null) throw new Error(`redis-server ended:\n${output}`)
    await sleep(50)
  }
  return {
    port,
    outage: {
      async begin() {
        server.kill('SIGSTOP')
      },
      async end() {
        server.kill('SIGCONT')
      },
    },
    async close() {
      server.kill('SIGKILL')
      await exited
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

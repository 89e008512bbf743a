import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bucket } from './bucket.ts'
import type { Trouble } from './troubles.ts'

/** What the provider gives holds for so long: the AWS SDK asks again from five minutes before its end. */
const HOLDS_MS = 60_000
const TURN_MS = 100

export interface RotatingCredentials {
  /** What an instance needs to be given them. */
  readonly env: Readonly<Record<string, string>>
  /** The bucket takes new credentials only, and the provider still gives the old. */
  readonly trouble: Trouble
  close(): Promise<void>
}

/**
 * Temporary credentials, as a container has them:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function startRotatingCredentials({ credentials }: Bucket): Promise<RotatingCredentials> {
  let given = 1
  credentials.accept([generation(given)])
  const server = createServer((_request, response) => {
    const { accessKeyId, secretAccessKey, sessionToken } = generation(given)
    const Expiration = new Date(Date.now() + HOLDS_MS).toISOString()
    const answer = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    env: {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
    },
    trouble: {
      isOutage: true,
      async begin(_bucket, probability) {
        const before = credentials.refused
        const next = given + 1
        let isRefusing = false
        const turn = (): void => {
          isRefusing = !isRefusing
          credentials.accept(isRefusing ? [generation(next)] : [generation(given), generation(next)])
        }
        turn()
        // One set of credentials signs all requests: where only some are to be refused, they are half of the time.
        const timer = probability < 1 ? setInterval(turn, TURN_MS) : undefined
        return {
          async end() {
            clearInterval(timer)
            given = next
            credentials.accept([generation(given)])
            return credentials.refused - before
          },
        }
      },
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const generation = (number: number) => ({
  accessKeyId: `ASIAE2E${number}`,
  secretAccessKey: `e2e-secret-of-generation-${number}`,
  sessionToken: `e2e-token-${number}`,
})

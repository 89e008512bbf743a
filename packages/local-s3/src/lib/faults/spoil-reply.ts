import { replyBody, type Reply } from '../http/reply.ts'
import type { MetFault } from './fault-injector.ts'

/** The fraction whose multiples spread most evenly over 0 to 1. */
const GOLDEN_FRACTION = (Math.sqrt(5) - 1) / 2

/** The answer as a `truncate` or a `flip` leaves it: complete, with the head of the right one; otherwise unchanged. */
export function spoilReply(reply: Reply, { fault, firing }: MetFault): Reply {
  const body = replyBody(reply)
  if (body.length === 0) return reply
  switch (fault.kind) {
    case 'truncate':
      return withBody(reply, body.subarray(0, Math.floor(body.length / 2)))
    case 'flip':
      return withBody(reply, withFlippedBit(body, firing))
    default:
      return reply
  }
}

function withBody(reply: Reply, body: Uint8Array): Reply {
  return { ...reply, headers: { ...reply.headers, 'content-length': String(body.length) }, body }
}

/** The firing chooses the bit, so that a run can be repeated and its flips still meet all parts of a body. */
function withFlippedBit(body: Uint8Array, firing: number): Uint8Array {
  const bit = Math.floor(((firing * GOLDEN_FRACTION) % 1) * body.length * 8)
  const position = Math.floor(bit / 8)
  // A copy: the body may be the stored object's own.
  const flipped = new Uint8Array(body)
  flipped[position] = (body[position] ?? 0) ^ (1 << (bit % 8))
  return flipped
}

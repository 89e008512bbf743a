import { expect, it } from 'vitest'
import { HandedOut } from './handed-out.ts'

it('knows an entry that was read again when a thousand others were read after its first time', () => {
  const handedOut = new HandedOut()
  const knowledge = { seen: 7 }
  const entry = { metadata: { createdTime: 1 }, value: 'value' }
  handedOut.add('k', entry, knowledge, false)
  for (let index = 0; index < 999; index++) handedOut.add(`other ${index}`, entry, { seen: 0 }, false)
  handedOut.add('k', entry, knowledge, false)
  handedOut.add('the last', entry, { seen: 0 }, false)
  expect(handedOut.find('k', entry)).toBe(knowledge)
  expect(handedOut.find('other 0', entry)).toBeUndefined()
})

import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import type { Instance } from './instance.ts'
import type { Target } from './instance-calls.ts'
import { soon } from './soon.ts'
import type { NextValue } from '../next-values.ts'
import { ALL_BYTES, appPage, appRoute, data, image, pagesPage } from './values.ts'

const GONE = { verdict: 'gone', value: undefined }

/** That what one instance has stored comes back on another, whole. */
export function describeResponses(subject: () => HandlerSubject): void {
  const expectOnB = async (target: Target, value: NextValue): Promise<void> => {
    const { a, b } = subject()
    await a.render(target, value)
    for (const instance of [b, a]) await soon(() => valueOn(instance, target)).toEqual(value)
  }

  it('answers that there is nothing where nothing was set', async () => {
    const { a } = subject()
    expect(await a.get(subject().newPage())).toEqual(GONE)
    expect(await a.get(subject().newData())).toEqual(GONE)
  })

  it('has a page of the App Router on another instance: HTML, payload, segments, headers, status', async () => {
    await expectOnB(subject().newPage(), appPage('<p>é 日本 😀</p>', ['tag']))
  })

  it('has a page with a postponed part, which has no payload', async () => {
    const value = { ...appPage('<p>shell</p>'), postponed: 'the state', rscData: undefined } as NextValue
    await expectOnB({ ...subject().newPage(), isPartial: true }, value)
  })

  it('has every byte of a route handler’s body', async () => {
    await expectOnB(subject().newPage('APP_ROUTE'), appRoute(ALL_BYTES))
  })

  it('has an empty body as empty', async () => {
    await expectOnB(subject().newPage('APP_ROUTE'), appRoute(new Uint8Array()))
  })

  it('has a page of the Pages Router', async () => {
    await expectOnB(subject().newPage('PAGES'), pagesPage('<p>pages</p>'))
  })

  it('has a redirect', async () => {
    const value = { kind: 'REDIRECT', props: { pageProps: { __N_REDIRECT: '/to', __N_REDIRECT_STATUS: 307 } } }
    await expectOnB(subject().newPage('PAGES'), value)
  })

  it('has that a page is not found, which Next sets as null', async () => {
    await expectOnB(subject().newPage('PAGES'), null)
  })

  it('has fetched data, also of 3 MB', async () => {
    const { a, b } = subject()
    for (const value of [data('é'), data('x'.repeat(3_000_000))]) {
      const target = subject().newData()
      await a.render(target, value)
      await soon(() => valueOn(b, target)).toMatchObject({ ...value })
    }
  })

  it('has an optimised image', async () => {
    await expectOnB({ ...subject().newPage('IMAGE'), revalidate: 60 }, image(ALL_BYTES))
  })

  it('has the newer of two after a restart', async () => {
    const { a } = subject()
    const target = subject().newPage()
    await a.render(target, appPage('one'))
    await a.request().set(target, appPage('two'))
    await subject().propagated()
    const c = subject().start()
    await soon(() => valueOn(c, target)).toEqual(appPage('two'))
  })

  it('never has a page of another build', async () => {
    const target = subject().newPage()
    const other = subject().start(subject().createBuild())
    const [value, otherValue] = [appPage('of one build'), appPage('of the other')]
    await subject().a.render(target, value)
    await soon(() => valueOn(subject().b, target)).toEqual(value)
    expect(await other.get(target)).toEqual(GONE)
    await other.render(target, otherValue)
    expect(await valueOn(other, target)).toEqual(otherValue)
    await subject().propagated()
    expect(await valueOn(subject().b, target)).toEqual(value)
  })

  it('is not changed by what a reader does to an answer', async () => {
    const target = subject().newPage()
    const value = appPage('kept', ['tag'])
    await subject().a.render(target, value)
    expect((await subject().a.request().getAndSpoil(target)).value).toEqual(value)
    expect(await valueOn(subject().a, target)).toEqual(value)
  })

  it('keeps apart what looks alike', async () => {
    const { a, b } = subject()
    const name = subject().newName()
    const paths = ['a_b', 'a/b', 'a-b', 'a%2Fb', 'a%252Fb', 'A_B', 'a_b/', 'a_b.', 'é', 'e\u0301']
    const targets = paths.map((path): Target => ({ kind: 'APP_ROUTE', key: `/${name}/${path}` }))
    for (const target of targets) await a.render(target, appRoute(Buffer.from(target.key)))
    const onB = () => Promise.all(targets.map((target) => valueOn(b, target)))
    await soon(onB).toEqual(targets.map(({ key }) => appRoute(Buffer.from(key))))
  })

  it('takes paths of 2,000 characters of any alphabet', async () => {
    const { key } = subject().newPage()
    await expectOnB({ kind: 'APP_PAGE', key: `${key}/${'日本語/'.repeat(500)}` }, appPage('long'))
  })
}

/** Whether it is fresh is another matter: see describe-lifetimes.ts. */
const valueOn = async (instance: Instance, target: Target): Promise<NextValue | undefined> =>
  (await instance.get(target)).value

import type { Page } from '@playwright/test'
import type { S3Cache } from '../../packages/s3-cache-handler/src/cache.ts'
import type { Fleet } from './fleet.ts'
import type { ServedExplorer } from './served-explorer.ts'

interface Explored {
  readonly explorerOf: (query?: string) => string
  readonly fleet: Fleet
  readonly data: S3Cache
  /** Has an entry `damaged`, and one `huge`. */
  readonly odd: ServedExplorer
  /** Has nothing to explore. */
  readonly closed: ServedExplorer
}

/** The address of each page of the explorer, in a state that shows as much as possible. */
export async function explorerPages(
  page: Page,
  { explorerOf, fleet, data, odd, closed }: Explored,
): Promise<readonly (readonly [name: string, address: string])[]> {
  const path = '/tagged/explorer-looks'
  await fleet.a.visit(path)
  await data.set('harbour:fees', { boats: 12, paid: true }, { tags: ['harbour', 'fees'], ttl: '5m', swr: '1h' })
  await data.set('harbour:notice', '<h1>Storm warning</h1>', { tags: ['harbour'], contentType: 'text/html' })
  await data.set('k'.repeat(1000), 'text')
  await page.goto(explorerOf('?view=confirm&do=revalidate&tag=fees&mode=soft&expire=7200'))
  await page.getByRole('button', { name: 'Revalidate', exact: true }).click()
  await page.waitForURL('**proof=*')
  const flash = page.url()
  const entryOf = async (filter: string): Promise<string> => {
    await page.goto(explorerOf(`?view=entries&${filter}`))
    return explorerOf((await page.getByRole('row').getByRole('link').first().getAttribute('href')) ?? '')
  }
  return [
    ['entries', explorerOf()],
    ['none', explorerOf('?view=entries&path-prefix=/nothing')],
    ['wrong', explorerOf('?view=entries&path-prefix=nothing')],
    ['page', await entryOf(`path=${path}`)],
    ['entry', await entryOf('key=harbour:fees')],
    ['html', await entryOf('key=harbour:notice')],
    ['long', await entryOf(`key=${'k'.repeat(1000)}`)],
    ['tags', explorerOf('?view=tags')],
    ['tag', explorerOf('?view=tag&tag=fees')],
    ['flash', flash],
    ['instance', explorerOf('?view=instance')],
    ['day', explorerOf('?view=instance&range=day')],
    ['revalidate', explorerOf('?view=confirm&do=revalidate&tag=fees&mode=soft&expire=60')],
    ['clear', explorerOf('?view=confirm&do=clear&tag=harbour')],
    ['missing', explorerOf('?view=entry&object=~shared/data/missing')],
    ['damaged', `${odd.url}?view=entry&object=~shared/data/damaged`],
    ['huge', `${odd.url}?view=entry&object=~shared/data/huge`],
    ['closed', closed.url],
  ]
}

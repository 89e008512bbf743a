import { describeSite } from './lib/site-tests.ts'

const router8 = { build: 'router8', rootData: '/_.data', isShownAll: true } as const

describeSite({ ...router8, title: 'React Router 8, by middleware' })

describeSite({ ...router8, title: 'React Router 8, around the handler', isWrapped: true })

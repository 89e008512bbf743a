import type { Fleet } from './fleet.ts'
import type { Instance } from './stage.ts'

const BASE_PATH = '/shop'

/** The fleet of the app `corners`, for who names its paths as keys and tags do: without `basePath`. */
export const inShop = (fleet: Fleet): Fleet => ({ ...fleet, a: below(fleet.a), b: below(fleet.b) })

export const below = (instance: Instance): Instance => ({
  ...instance,
  visit: (path, init) => instance.visit(BASE_PATH + path, init),
})

import type { useLoaderData } from '@remix-run/react'
import type { loader } from './routes/post.$slug'

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>

/** Either could stand for the other, and neither is `any`. */
type Same<One, Other> = 0 extends 1 & One
  ? false
  : [One] extends [Other]
    ? [Other] extends [One]
      ? true
      : false
    : false

/** Checked by the compiler; nothing of it runs. */
export const typed: readonly true[] = [
  true satisfies Same<Loaded['at'], Date>,
  true satisfies Same<Loaded['counts'], Map<string, number>>,
  true satisfies Same<Loaded['labels'], Set<string>>,
  true satisfies Same<Loaded['render'], string>,
  true satisfies Same<Awaited<Loaded['later']>, { render: string; at: Date }>,
  true satisfies Loaded['later'] extends Promise<unknown> ? true : false,
]

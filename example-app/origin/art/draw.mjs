// Draws the covers that the origin serves: `node origin/art/draw.mjs`, after a change to posters.mjs.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { posters } from './posters.mjs'

// sharp comes with Next and is not a dependency of this app.
const sharp = createRequire(import.meta.resolve('next/package.json'))('sharp')

for (const [slug, svg] of Object.entries(posters)) {
  await sharp(Buffer.from(svg))
    .webp({ lossless: true, effort: 6 })
    .toFile(fileURLToPath(new URL(`../covers/${slug}.webp`, import.meta.url)))
}

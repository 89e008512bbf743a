import Image from 'next/image'
import styles from './cover.module.css'

interface Props {
  readonly slug: string
  readonly alt: string
  readonly sizes: string
  readonly first?: boolean
}

/** A story's picture: bytes from a cached route handler, scaled by Next. */
export function Cover({ slug, alt, sizes, first = false }: Props) {
  return (
    <Image
      className={styles.cover}
      src={`/api/cover/${slug}`}
      alt={alt}
      width={1600}
      height={1000}
      sizes={sizes}
      preload={first}
    />
  )
}

'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import styles from './nav-link.module.css'

export function NavLink({ href, children }: { href: string; children: string }) {
  const pathname = usePathname() ?? ''
  const here = href === '/' ? pathname === '/' || pathname.startsWith('/stories/') : pathname.startsWith(href)
  const exactly = pathname === href
  // Not fetched ahead: the count of the origin's answers in the panel would move for pages that nobody opened.
  return (
    <Link
      prefetch={false}
      className={here ? styles.here : styles.link}
      href={href}
      aria-current={exactly ? 'page' : undefined}
    >
      {children}
    </Link>
  )
}

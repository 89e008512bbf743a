import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { currentView } from './view.ts'

/** Tells the panel what has appeared: the content of a page calls it, for only the content changes with the page. */
export function useShownView(renderedAt: string | undefined): void {
  const pathname = usePathname()
  useEffect(() => {
    if (pathname === null) return
    const previousShownAt = currentView.get()?.shownAt ?? 0
    currentView.set({ pathname, renderedAt, shownAt: performance.now(), previousShownAt })
  }, [pathname, renderedAt])
}

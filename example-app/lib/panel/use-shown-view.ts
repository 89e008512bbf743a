import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { currentView } from './view.ts'

/** Tells the panel what has appeared: the content of a page calls it, for only the content changes with the page. */
export function useShownView(renderedAt: string | undefined): void {
  const pathname = usePathname()
  useEffect(() => {
    if (pathname !== null) currentView.set({ pathname, renderedAt, shownAt: performance.now() })
  }, [pathname, renderedAt])
}

import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { Shell } from '../components/shell.tsx'
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet is imported for its effect
import '../styles/global.css'
import { correctAndUpdate, update } from './actions.ts'

export const metadata: Metadata = {
  title: { default: 'The Ferry Bell', template: '%s – The Ferry Bell' },
  description: 'News of the island, rung as it comes in.',
  icons: '/favicon.svg',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffc933' },
    { media: '(prefers-color-scheme: dark)', color: '#0f3350' },
  ],
}

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Shell actions={{ update, correctAndUpdate }}>{children}</Shell>
      </body>
    </html>
  )
}

import { NextResponse } from 'next/server'

export const config = { matcher: '/story/:slug' }

export default function middleware() {
  return NextResponse.next({ headers: { 'x-middleware-runtime': process.env.NEXT_RUNTIME } })
}

'use client'

export { NothingOnTheWire as default } from '../components/nothing-on-the-wire.tsx'

export const runtime = 'edge'

export const GET = () => Response.json({ runtime: process.env.NEXT_RUNTIME })

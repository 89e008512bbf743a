const { default: handler } = await import(process.env.BENCH_HANDLER)

export default handler

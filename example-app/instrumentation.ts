export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { reportServing } = await import('./lib/serving/report-serving.ts')
    reportServing()
  }
}

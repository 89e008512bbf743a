import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [reactRouter()],
  // As where it is installed: Vite takes what a workspace links for a part of the app.
  ssr: { external: ['s3-cache-handler'] },
  logLevel: 'warn',
})

export { default } from '@trieb.work/nextjs-turbo-redis-cache'

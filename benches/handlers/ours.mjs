export { default } from 's3-cache-handler'

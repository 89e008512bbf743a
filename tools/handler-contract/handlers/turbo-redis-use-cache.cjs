// As its README says.
module.exports = require('@trieb.work/nextjs-turbo-redis-cache').redisCacheHandler

import { clearNext } from 's3-cache-handler'

/** `clearNext` with the selection in the body. */
export const POST = async (request) => Response.json(await clearNext(await request.json()))

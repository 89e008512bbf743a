// Reads one object in both ways by the built package, from the endpoint given, and prints what came of it as JSON.
import { createS3ObjectStore } from '../../dist/lib/object-store/s3-store.js'

const place = { bucket: 'test', endpoint: process.argv[2], region: 'us-east-1', forcePathStyle: true }
const read = (presignedReads) =>
  createS3ObjectStore({ ...place, presignedReads })
    .get('k')
    .then(
      ({ kind }) => kind,
      ({ code, message }) => `${code} ${message}`,
    )

console.log(JSON.stringify({ presigned: await read(true), signedEach: await read(false) }))
// Kept connections would hold the process for seconds.
process.exit()

import { withS3Cache } from 's3-cache-handler/config'

const { FIXTURE_BUILD = 'only', FIXTURE_DEPLOYMENT_ID } = process.env

export default withS3Cache({
  env: { FIXTURE_BUILD },
  ...(FIXTURE_DEPLOYMENT_ID && { deploymentId: FIXTURE_DEPLOYMENT_ID }),
})

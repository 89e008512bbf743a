import { withS3Cache } from 's3-cache-handler/config'

export default withS3Cache({})

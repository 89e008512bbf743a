export { describeHandler } from './lib/next/describe-handler.ts'
export type { HandlersUnderTest, OpenedHandlers } from './lib/next/describe-handler.ts'
export { describeObjectStore } from './lib/object-store/describe-object-store.ts'
export type { ObjectStoreCapabilities, OpenedObjectStore } from './lib/object-store/describe-object-store.ts'
export { ObjectStoreError } from './lib/object-store/object-store-error.ts'
export type { ObjectStoreErrorCode, ObjectStoreErrorDetails } from './lib/object-store/object-store-error.ts'
export type {
  CallOptions,
  DeleteManyResult,
  DeleteOptions,
  GetOptions,
  GetResult,
  ListOptions,
  ListPage,
  ObjectDetails,
  ObjectHead,
  ObjectOperation,
  ObjectStore,
  ObjectSummary,
  PutOptions,
  PutResult,
  StoreTime,
} from './lib/object-store/object-store.ts'

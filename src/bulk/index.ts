export { BulkError } from './errors.js';
export { openLedger } from './ledger.js';
export { cancelMany, enqueue, problemsOfRow, report, work } from './cancel-many.js';
export type * from './types.js';

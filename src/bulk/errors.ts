import type { BulkErrorCode } from './types.js';

/** What the ledger cannot do, said before anything is sent. It never holds a password. */
export class BulkError extends Error {
  /** Said, for bundlers rename classes, and loggers show that name. */
  static readonly name = 'BulkError';
  override readonly name = 'BulkError';
  readonly code: BulkErrorCode;

  constructor(code: BulkErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The options of the commands about many virtual accounts, as the argument parser hands them over. */
import type { InputFormat, InputMember } from '../../bulk/files/input.js';
import type { ReportFormat } from '../../bulk/files/report.js';
import type { Environment } from '../environment.js';

/** Which run, and where its ledger is. */
export interface PlaceFlags {
  ledger?: string;
  database?: string;
  run: string;
}

/** How to send. */
export interface SendFlags extends PlaceFlags {
  rate?: number;
  concurrency?: number;
  timeoutMs?: number;
  singleUse?: true;
  acceptNotFound?: true;
  production?: true;
  dangerouslyAllowIdsBeyondDocumentedLimits?: true;
}

/** The options of `many retry`, and of `cancel-many` without a file. */
export interface RunFlags extends SendFlags {
  wait?: number;
  yes?: true;
}

/** The options of `cancel-many`. */
export interface CancelManyFlags extends RunFlags {
  format?: InputFormat;
  column?: Partial<Record<InputMember, string>>;
  resume?: true;
  skipInvalid?: true;
  rejects?: string;
  dryRun?: true;
}

/** The options of `many report`. */
export interface ReportFlags extends PlaceFlags {
  out: string;
  format?: ReportFormat;
  separator?: string;
}

/** What the commands about many virtual accounts are given besides their options. */
export interface Surroundings {
  env: Environment;
  /** NDJSON on stdout in place of words. */
  json: boolean;
}

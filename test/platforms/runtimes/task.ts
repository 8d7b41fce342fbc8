/** What the driver asks of the probe, and what the probe reports. JSON both, for they are different processes. */
import type { CallbackInput, CancelRequest, VaClientOptions } from 'ifortepay-va';
import type { SignatureVector } from '../../../contract-tests/sandbox/seeds.ts';

/** Cancel, through one of the clients, as often as there are requests, one after the other. */
export interface CancelTask {
  kind: 'cancel';
  client: 'createVaClient' | 'createVirtualAccountApi' | 'signedFetch';
  options: VaClientOptions;
  requests: CancelRequest[];
  /** When the caller aborts, in milliseconds after the call; 0 is before it. */
  abortAfterMs?: number;
  /** Print what was thrown with the runtime's own console, and then this. */
  print?: string;
}

/** Everything that can be asked. */
export type Task =
  | { kind: 'who' }
  | { kind: 'sign'; vectors: SignatureVector[] }
  | { kind: 'callback'; input: CallbackInput }
  | CancelTask;

/** How a call ended. */
export interface RuntimeEnding {
  outcome: string;
  code?: string | undefined;
  status?: number | undefined;
  /** The gateway's answer, if done. */
  data?: unknown;
  /** Every text within reach of what was thrown: members, causes, stacks, JSON. */
  texts?: string[];
}

/** What comes back for each kind of task. */
export interface Reports {
  /** The name that the runtime's globals give it, and its version. */
  who: { name: string; version: string };
  /** The three values of each vector. */
  sign: { authorization: string; x_req_signature: string; mcp_signature: string }[];
  /** The ids that are vouched for, or the name and code of what was thrown. */
  callback: { ids?: unknown; thrown?: string };
  cancel: RuntimeEnding[];
}

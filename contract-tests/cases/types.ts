import type { Finding } from '../checker/checker.ts';
import type { Statement } from '../../spec/contract.ts';
import type { CheckName } from '../sandbox/checks.ts';

/** The body of a request about one virtual account. Wire names. */
export interface VaIds {
  external_id: string;
  order_id: string;
  transaction_id: string;
  payment_method: string;
  payment_channel: string;
}

/** What a merchant signs with. All but the merchant id are secret. */
export interface Credentials {
  merchantId: string;
  secretUnboundId: string;
  hashKey: string;
  /** Sent as `sub-merchant-id`; then `hashKey` is the sub-merchant's. */
  subMerchantId?: string;
}

/** Whose virtual account: the target's own merchant's, or that of one of its alternates. */
export type Owner = 'self' | 'colonSecret' | 'subMerchant' | 'foreign';

/**
 * The virtual account that a case is about. `any` may exist or not: the answer must be the same, but a
 * drifted gateway would cancel one that exists, so it is used once. `unknown` must not exist, the others
 * must, in that state. `fresh` are ids for one that is yet to be created: it must not exist, and `exists` says
 * that a right request succeeds. external_id and order_id should differ, else some cases are not applicable.
 */
export interface Need {
  state: 'any' | 'unknown' | 'fresh' | 'active' | 'paid' | 'expired' | 'canceled';
  owner: Owner;
  /** Ids or names that it must have, legal or not. Only a gateway that we control can obey for a real one. */
  with?: Partial<VaIds>;
}

/** The virtual account supplied for a need. */
export interface SuppliedVa {
  va: VaIds;
  /** Whether the gateway has it; if not, 404 with 02 is what it says to a right request. */
  exists: boolean;
}

/** What a case builds its request from. */
export interface CaseContext extends SuppliedVa {
  credentials: Credentials;
  /** Another virtual account of the same merchant, there or not. */
  other: VaIds;
  alternates: Alternates;
}

/** Credentials beside the target's own, where there are any. */
export interface Alternates {
  /** A merchant whose secret holds a colon. */
  colonSecret?: Credentials;
  /** A sub-merchant of the target's merchant. */
  subMerchant?: Credentials;
}

/** A request as it goes on the wire. Header names may come twice; Host and Content-Length are added. */
export interface RawRequest {
  method: string;
  path: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** An answer as it came off the wire. */
export interface RawAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** A status with a response code. */
export interface StatusAndCode {
  status: number;
  responseCode: string;
}

/**
 * What is answered. A status and a code: exactly those. `accepted`: success, or, if the virtual account does not
 * exist, any code but a refusal of the request as such (01, 04, 99), and not 5xx.
 */
export type Expectation = StatusAndCode | 'accepted';

/**
 * How an expectation counts with a gateway that nobody here controls. `stated`: the statement says so; who reads it
 * alone comes to the same answer, and a gateway that does otherwise refutes it. `open`: a question of gateway.md;
 * what is expected is our guess, and the answer is reported. `unstated`: no document says anything; what is expected
 * is what our sandbox chose, and how a gateway does it is described, never judged. Our sandbox must do all three.
 */
export type Kind = 'stated' | 'open' | 'unstated';

/** What no document says, by what it is about: the `topic` of an unstated case. */
export const topics = {
  duplicateMembers: 'a member given twice',
  encoding: 'a body that is not UTF-8',
  lenientJson: 'a body that only a lenient reader takes for JSON',
  byteOrderMark: 'a byte order mark before the body',
  whitespace: 'blanks and line breaks between the members',
  closed: 'members that the contract does not have',
  characters: 'characters of a member for which no document gives a set',
  lengths: 'the length of a member for which no document gives a limit',
  numbers: 'a number with a fraction or in quotes, where the documents say numeric',
  anything: 'what a member may hold that no document describes',
  channels: 'which payment channels are open to a merchant',
  subMerchant: 'a sub-merchant-id that is unknown or empty',
  scheme: 'the letter case of Basic',
  base64: 'the right credentials in loose Base64',
  mediaType: 'parameters and letter case of Content-Type',
} as const;

/** The name of a topic. */
export type Topic = keyof typeof topics;

/** Says why a case cannot be run here. */
export class NotApplicable extends Error {}

/** One request with at most one fault, and what the contract says is answered. */
export interface ContractCase {
  /** Stable and readable: `body.external_id.tooLong`. */
  id: string;
  group: string;
  /** The operationId. */
  operation: string;
  needs: Need;
  /** Why it cannot be run with these credentials, if it cannot. */
  inapplicable?: (target: Pick<CaseContext, 'credentials' | 'alternates'>) => string | undefined;
  /** Whether `context.other` is to be supplied, as `any` or `fresh`, and not just made up. */
  needsOther?: boolean;
  /** Sent first, if there is one; its answer is checked, not judged. */
  before?: (context: CaseContext) => RawRequest;
  /** The one thing that is wrong with it: changes a right request. Throws as `build` does. */
  change?: (request: RawRequest, context: CaseContext) => RawRequest;
  /** The check of the sandbox that alone refuses it: without that check it is carried out. */
  check?: CheckName;
  /** Throws `NotApplicable` if the fault is none with this virtual account and these credentials. */
  build: (context: CaseContext) => RawRequest;
  /** The plain right request about the same virtual account: if that fails too, the case says nothing. */
  control: (context: CaseContext) => RawRequest;
  expect: Expectation;
  kind: Kind;
  /** What it is about that no document says; of unstated cases alone. */
  topic?: Topic;
  /**
   * Response codes that another check may answer first: the fault also breaks what that check reads, and no document
   * says which comes first. Only at our sandbox are they wrong.
   */
  orCodes?: readonly string[];
  /** The documented success, which `accepted` means where the virtual account exists. */
  success: StatusAndCode;
  /**
   * The narrowest statement of the contract that says so. Where it is not stated, the place nearest to what was
   * guessed, and known as a guess.
   */
  statement: Statement;
  /** The number of the open question in gateway.md that it answers. */
  question?: number;
}

/** Where cases are run. */
export interface Target {
  credentials: Credentials;
  alternates: Alternates;
  /** A virtual account for a need, used for this case alone; undefined if there is none to be had. */
  supply: (need: Need) => Promise<SuppliedVa | undefined>;
  send: (request: RawRequest) => Promise<RawAnswer>;
}

/** What came of a case. Holds nothing secret. */
export interface CaseResult {
  id: string;
  group: string;
  operation: string;
  /** By the expectation alone, whatever its kind. */
  verdict: 'pass' | 'fail' | 'not applicable';
  /** In words: what was expected, or why it is not applicable. */
  reason: string;
  /** What was answered; absent if nothing was. The code is absent if there was none to read. */
  got?: { status: number; responseCode?: string };
  /** Whether the virtual account existed. */
  exists?: boolean;
  /** Of the checker, on every answer of the case. */
  findings: Finding[];
  expect: Expectation;
  kind: Kind;
  statement: Statement;
  question?: number;
}

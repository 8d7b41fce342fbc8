import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import {
  membersOfCancelRequest,
  membersOfInquiryRequest,
} from '../../generated/validators/virtualAccount.js';
import { parseAnswer } from '../answer.js';
import type { CancelRequest } from '../operations.js';
import { asUtf8 } from './environment.js';
import { UsageError } from './result.js';
import type { CallName } from './words.js';

/** The options that name a virtual account. */
export interface RequestFlags {
  externalId?: string;
  orderId?: string;
  transactionId?: string;
  channel?: string;
  file?: string;
}

const FLAGS = {
  external_id: ['externalId', '--external-id'],
  order_id: ['orderId', '--order-id'],
  transaction_id: ['transactionId', '--transaction-id'],
  payment_channel: ['channel', '--channel'],
} as const;

// One file serves every call: what is settled or asked after is what was to be cancelled.
const MEMBERS = { ...membersOfCancelRequest, ...membersOfInquiryRequest };

type Members = Partial<Record<string, unknown>>;

/**
 * The request from `--file` and the flags, which beat it. The values are for the client to check. A stored error
 * stands for its request, but not for `cancel`: asking after it is right, repeating is not.
 *
 * @throws UsageError naming the file, the member, and what to do
 */
export async function requestOf(flags: RequestFlags, name: CallName): Promise<CancelRequest> {
  const read: Members = flags.file === undefined ? {} : await fromFile(flags.file, name !== 'cancel');
  const known = name === 'cancel' ? MEMBERS : membersOfInquiryRequest;
  const request = Object.fromEntries(Object.entries(read).filter(([member]) => Object.hasOwn(known, member)));
  for (const [member, [flag]] of Object.entries(FLAGS)) request[member] = flags[flag] ?? request[member];
  const missing = Object.entries(FLAGS).filter(([member]) => request[member] === undefined);
  if (missing.length > 0) {
    const names = missing.map(([member, [, flag]]) => `\n  ${flag}, or the member ${member}`);
    throw new UsageError(
      `missing, as an option or in --file:${names.join('')}\n--help has an example. Nothing was sent.`,
    );
  }
  return { payment_method: 'BANK_TRANSFER', ...request } as CancelRequest;
}

async function fromFile(path: string, takesErrors: boolean): Promise<Members> {
  const name = path === '-' ? 'stdin' : path;
  const fail = (words: string) => new UsageError(`${name}: ${words}. Nothing was sent.`);
  const value = parse(await readFileOrStdin(path, fail), fail);
  const isError = 'outcome' in value && 'code' in value;
  if (isError && !takesErrors) {
    throw fail(
      `this is a stored error, whose outcome is to be settled first: ifortepay-va confirm --file ${path}`,
    );
  }
  const request: unknown = isError ? value.request : value;
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw fail('this error has no member request, so it names no virtual account; give the ids as options');
  for (const [member, content] of Object.entries(request)) checkMember(member, content, fail);
  return { ...request };
}

type Fail = (words: string) => UsageError;

/** The bytes of a file, or of stdin for `-`, in UTF-8. */
export async function readFileOrStdin(path: string, fail: Fail): Promise<Uint8Array> {
  if (path === '-' && process.stdin.isTTY) process.stderr.write('Reading stdin; Ctrl-D ends it.\n');
  try {
    return asUtf8(await (path === '-' ? buffer(process.stdin) : readFile(path)));
  } catch (error) {
    throw fail(
      `cannot be read (${(error as NodeJS.ErrnoException).code}); check the path and its permissions`,
    );
  }
}

function parse(bytes: Uint8Array, fail: Fail): Members {
  if (bytes.byteLength === 0) throw fail('is empty; it must be a JSON object');
  const once = parseAnswer(bytes)?.body;
  if (once) return once;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own words would quote the content, which may be an environment file named by mistake.
    throw fail('is not JSON; it must be a JSON object with the members of the request');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fail('must be one JSON object, such as {"external_id": "…", …}');
  throw fail('names a member twice; keep the one you mean');
}

function checkMember(member: string, content: unknown, fail: Fail): void {
  if (!Object.hasOwn(MEMBERS, member)) {
    const names = Object.keys(MEMBERS).join(', ');
    throw fail(`${JSON.stringify(member)} is not a member of this request; remove it. There are ${names}`);
  }
  if (typeof content === 'string' || MEMBERS[member] !== 'string') return;
  throw fail(
    `${member} must be a string, in quotes, not ${content === null ? 'null' : `a ${typeof content}`}`,
  );
}

import type { Answer, NamedAnswer } from './answer.ts';
import { jsonAnswer, refuse } from './answer.ts';
import { behaviour, refusals } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';

/** The operations, as scripts and tests call them. */
export type OperationName = 'cancel' | 'inquiry' | 'create';

/** What one operation does to a scripted virtual account. */
export interface ScriptedAnswer {
  says: string;
  answer: Answer;
  /** The operation really is carried out before the answer goes out. */
  carriedOut?: boolean;
  /** Only the first time; the virtual account is an ordinary one from then on. */
  once?: boolean;
}

/**
 * What a scripted virtual account does, by the operation that the turn applies to; every other operation on it
 * is carried out as usual. These are sandbox controls; the gateway has nothing of the kind.
 */
export type Script = Partial<Record<OperationName, ScriptedAnswer>>;

function failing(name: RefusalName): ScriptedAnswer {
  const { status, response_code } = refusals[name].value;
  return { says: `${status}, code ${response_code}`, answer: refuse(name).answer };
}

const silent: Answer = { status: 200, headers: {}, body: '' };
const partner = failing('partner_error');
const system = failing('system_error');
const unknown = failing('unknown_error');
const other = failing('any_other_failure');
const later = { ...other.answer.headers, 'retry-after': behaviour.retry_after.value };
const tooMany: ScriptedAnswer = { ...other, answer: { ...other.answer, headers: later } };
const badJson: ScriptedAnswer = {
  says: '200, body {bad',
  answer: { ...jsonAnswer(200, undefined), body: '{bad' },
};
const html: ScriptedAnswer = {
  says: '502, HTML',
  answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>502 Bad Gateway</h1>\n' },
};
const stalls: ScriptedAnswer = { says: 'never answers', answer: { ...silent, connection: 'stall' } };
const drops: ScriptedAnswer = { says: 'drops', answer: { ...silent, connection: 'drop' } };
const cancelsAndDrops: ScriptedAnswer = { ...drops, says: 'cancels, drops', carriedOut: true };

/** Every script, by name. Those without a turn for cancel or inquiry have no virtual account of their own. */
export const scripts = {
  'partner-error': { cancel: partner, create: partner },
  'system-error': { cancel: system, create: system },
  'unknown-error': { cancel: unknown, create: unknown },
  'other-failure': { cancel: other, create: other },
  'bad-json': { cancel: badJson, create: badJson },
  'html-502': { cancel: html, create: html },
  stall: { cancel: stalls, create: stalls },
  'cancel-drop': { cancel: cancelsAndDrops },
  'cancel-system-error': { cancel: { ...system, says: 'cancels, 500, code 98', carriedOut: true } },
  'system-error-once': { cancel: { ...system, says: '500, code 98, once', once: true } },
  'cancel-drop-inquiry-fails': { cancel: cancelsAndDrops, inquiry: system },
  'inquiry-partner-error': { inquiry: partner },
  'inquiry-system-error': { inquiry: system },
  'inquiry-unknown-error': { inquiry: unknown },
  'inquiry-other-failure': { inquiry: tooMany },
  'inquiry-stall': { inquiry: stalls },
  'inquiry-drop': { inquiry: drops },
  'not-found': { create: failing('creation_not_found') },
  'create-drop': { create: { ...drops, says: 'creates, drops', carriedOut: true } },
} satisfies Record<string, Script>;

/** The name of a script. */
export type ScriptName = keyof typeof scripts;

/** All names of scripts that have a turn for one of these operations. */
export function scriptsFor(...operations: OperationName[]): ScriptName[] {
  const names = Object.keys(scripts) as ScriptName[];
  return names.filter((name) => operations.some((operation) => turnOf(name, operation)));
}

/** The turn of that script for that operation, if it has one. */
export function turnOf(name: ScriptName, operation: OperationName): ScriptedAnswer | undefined {
  return (scripts[name] as Script)[operation];
}

/** The name that the sandbox gives the virtual account of a script; a creation asks for one by order_id. */
export function seedName(name: string): string {
  return `sandbox-${name}`;
}

/**
 * What the script answers to that operation, undefined if there is none for it. A turn that is played once is
 * gone after this.
 */
export function play(
  scripted: { script?: ScriptName },
  operation: OperationName,
): (NamedAnswer & { carriedOut: boolean }) | undefined {
  const name = scripted.script;
  const turn = name && turnOf(name, operation);
  if (!turn) return undefined;
  if (turn.once) delete scripted.script;
  return { name, answer: structuredClone(turn.answer), carriedOut: turn.carriedOut ?? false };
}

import type { operations } from '../../generated/schema.ts';
import type { Answer, NamedAnswer } from './answer.ts';
import { jsonAnswer, refuse } from './answer.ts';
import { behaviour, refusals } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';

/** An operation as the contract names it. */
export type OperationId = keyof operations;

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
 * What a scripted virtual account does, by the operation that is asked for, or `changing`: each that changes something.
 * Every other operation on it is carried out as usual. These are sandbox controls; the gateway has nothing of the kind.
 */
export type Script = Partial<Record<OperationId | 'changing', ScriptedAnswer>>;

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

/** Every script, by name. */
export const scripts = {
  'partner-error': { changing: partner },
  'system-error': { changing: system },
  'unknown-error': { changing: unknown },
  'other-failure': { changing: other },
  'bad-json': { changing: badJson },
  'html-502': { changing: html },
  stall: { changing: stalls },
  'cancel-drop': { cancelVirtualAccount: cancelsAndDrops },
  'cancel-system-error': {
    cancelVirtualAccount: { ...system, says: 'cancels, 500, code 98', carriedOut: true },
  },
  'system-error-once': { cancelVirtualAccount: { ...system, says: '500, code 98, once', once: true } },
  'cancel-drop-inquiry-fails': { cancelVirtualAccount: cancelsAndDrops, inquireVirtualAccount: system },
  'inquiry-partner-error': { inquireVirtualAccount: partner },
  'inquiry-system-error': { inquireVirtualAccount: system },
  'inquiry-unknown-error': { inquireVirtualAccount: unknown },
  'inquiry-other-failure': { inquireVirtualAccount: tooMany },
  'inquiry-stall': { inquireVirtualAccount: stalls },
  'inquiry-drop': { inquireVirtualAccount: drops },
  'not-found': { createVirtualAccount: failing('creation_not_found') },
  'create-drop': { createVirtualAccount: { ...drops, says: 'creates, drops', carriedOut: true } },
} satisfies Record<string, Script>;

/** The name of a script. */
export type ScriptName = keyof typeof scripts;

const names = Object.keys(scripts) as ScriptName[];

/** The scripts that have an answer to that operation. */
export function scriptsFor(operation: OperationId): ScriptName[] {
  return names.filter((name) => scriptedAnswer(name, operation));
}

/** The scripts that a virtual account can have: all but those that are about its creation alone. */
export function scriptsOfAccounts(): ScriptName[] {
  return names.filter((name) => Object.keys(scripts[name]).join() !== 'createVirtualAccount');
}

/** The answer of that script to that operation, if it has one. */
export function scriptedAnswer(name: ScriptName, operation: OperationId): ScriptedAnswer | undefined {
  const script: Script = scripts[name];
  return script[operation] ?? (operation === 'inquireVirtualAccount' ? undefined : script.changing);
}

/** The name that the sandbox gives the virtual account of a script; a creation asks for one by order_id. */
export function seedName(name: string): string {
  return `sandbox-${name}`;
}

/** Carries an operation out, unless the script answers instead. What is scripted once is gone after this. */
export function play(
  scripted: { script?: ScriptName | undefined },
  operation: OperationId,
  carryOut: () => NamedAnswer,
): NamedAnswer {
  const name = scripted.script;
  const instead = name && scriptedAnswer(name, operation);
  if (!instead) return carryOut();
  if (instead.once) delete scripted.script;
  if (instead.carriedOut) carryOut();
  return { name, answer: structuredClone(instead.answer) };
}

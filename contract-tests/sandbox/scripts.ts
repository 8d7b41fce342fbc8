import type { Answer } from './answer.ts';
import { jsonAnswer, refuse } from './answer.ts';

/** What a scripted virtual account does. These are sandbox controls; the gateway has nothing of the kind. */
export interface Script {
  says: string;
  /** Whether the virtual account really is cancelled before the answer goes out. */
  cancels: boolean;
  answer: Answer;
}

const silent: Answer = { status: 200, headers: {}, body: '' };

/** Every script, by name. */
export const scripts = {
  'partner-error': { says: '503, code 03', cancels: false, answer: refuse('partner_error').answer },
  'system-error': { says: '500, code 98', cancels: false, answer: refuse('system_error').answer },
  'unknown-error': { says: '500, code 99', cancels: false, answer: refuse('unknown_error').answer },
  'other-failure': { says: '429, code 98', cancels: false, answer: refuse('any_other_failure').answer },
  'bad-json': {
    says: '200, body {bad',
    cancels: false,
    answer: { ...jsonAnswer(200, undefined), body: '{bad' },
  },
  'html-502': {
    says: '502, HTML',
    cancels: false,
    answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>502 Bad Gateway</h1>\n' },
  },
  stall: { says: 'never answers', cancels: false, answer: { ...silent, connection: 'stall' } },
  'cancel-drop': { says: 'cancels, drops', cancels: true, answer: { ...silent, connection: 'drop' } },
} satisfies Record<string, Script>;

/** The name of a script. */
export type ScriptName = keyof typeof scripts;

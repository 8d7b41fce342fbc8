import { MultiBar, type Options, type Params, type SingleBar } from 'cli-progress';
import type { BulkEvent } from '../../bulk/index.js';
import { OUTCOMES, type VaErrorCode } from '../../errors.js';
import { printable } from '../../redact.js';
import { wrap } from '../result.js';
import { isTerminal, toJson } from '../terminal.js';

/** What a run says while it runs: words and a bar on stderr; with `--json` one event a line on stdout. */
export interface Screen {
  /** For programs, with `--json`; else nothing. */
  event(event: { event: string } & Record<string, unknown>): void;
  /** For people, on stderr; with `--json` only on a terminal. */
  say(words: string): void;
  /** What the library tells. */
  watch(event: BulkEvent): void;
  /** Why the last one was not sent; undefined while all were. */
  readonly notSent: string | undefined;
  /** Takes the bar away. */
  end(): void;
}

/** Where no bar can be drawn, a line in so many milliseconds. */
const LINE_EVERY_MS = 10_000;

/** @param json whether stdout is for programs */
export function createScreen(json: boolean): Screen {
  const terminal = isTerminal(process.stderr);
  const bar = terminal ? new Bar() : undefined;
  const say = (words: string, width?: number) => {
    if (json && !terminal) return;
    const lines = `${wrap(words, width)}\n`;
    if (bar?.drawn) bar.above(lines);
    else process.stderr.write(lines);
  };
  const event = (event: object) => {
    if (json) process.stdout.write(`${toJson(event, 0)}\n`);
  };
  let lastLine = performance.now();
  let lastCounts = '';
  let lastWords: string | undefined;
  let notSent = 0;
  let why: string | undefined;
  return {
    event,
    say,
    watch(happened) {
      if (happened.event === 'end') return; // ours comes last, with the exit code
      event(happened);
      if (happened.event === 'row' && OUTCOMES[happened.code as VaErrorCode] === 'not_sent') {
        notSent += 1;
        why = happened.code ?? undefined;
      }
      if (happened.event !== 'progress') {
        const words = wordsOf(happened);
        // What is waited for is said once, not each time that somebody looks.
        if (words && words !== lastWords) say(words);
        if (words) lastWords = words;
        return;
      }
      const progress = { ...happened, notSent };
      if (bar) return bar.draw(progress);
      if (performance.now() - lastLine < LINE_EVERY_MS) return;
      const counts = JSON.stringify([happened.counts, notSent]);
      if (counts === lastCounts) return;
      lastCounts = counts;
      lastLine = performance.now();
      say(progressParts(progress, true).join(', '), Infinity); // one line, for grep
    },
    get notSent() {
      return why;
    },
    end: () => bar?.stop(),
  };
}

type Progress = Extract<BulkEvent, { event: 'progress' }> & { notSent: number };

/** `450 done`, `3 refused` and so on; those that are none only if `all`. */
function progressParts({ counts, notSent, left, perSecond, secondsLeft }: Progress, all: boolean): string[] {
  const { done, refused, unknown, needs_a_person } = counts;
  const always: [number, string][] = [[done, 'done']];
  const maybe: [number, string][] = [
    [refused, 'refused'],
    [unknown, 'unknown'],
    [notSent, 'not sent'],
    [needs_a_person, 'to a person'],
  ];
  const parts = [...always, ...maybe.filter(([count]) => all || count > 0), [left, 'left'] as const];
  return [
    ...parts.map(([count, label]) => `${amount(count)} ${label}`),
    `${perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10}/s`,
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} to go`]),
  ];
}

class Bar {
  #bars: MultiBar | undefined;
  #bar: SingleBar | undefined;

  get drawn(): boolean {
    return this.#bar !== undefined;
  }

  draw(progress: Progress): void {
    const { left, counts } = progress;
    const settled = counts.done + counts.refused + counts.needs_a_person;
    const total = Math.max(1, settled + left);
    this.#bars ??= new MultiBar({
      stream: process.stderr,
      format: formatBar,
      // Ctrl-C twice ends at once: nothing may have to be put back.
      hideCursor: false,
      linewrap: true,
      clearOnComplete: true,
      gracefulExit: false,
      autopadding: false,
    });
    this.#bar ??= this.#bars.create(total, settled, progress);
    this.#bar.setTotal(total);
    this.#bar.update(settled, progress);
  }

  above(lines: string): void {
    this.#bars?.log(lines);
    this.#bars?.update();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bars?.stop();
    this.#bar = undefined;
    this.#bars = undefined;
  }
}

function formatBar(_options: Options, { progress }: Params, payload: Progress): string {
  const columns = (process.stderr.columns || 80) - 1;
  const percent = `${String(Math.floor(progress * 100)).padStart(3)} %`;
  const all = progressParts(payload, true).join(', ');
  const words = all.length + percent.length + 14 <= columns ? all : progressParts(payload, false).join(', ');
  const size = Math.min(30, columns - percent.length - words.length - 3);
  const filled = Math.round(progress * size);
  const drawn = size >= 4 ? `${'█'.repeat(filled)}${'░'.repeat(size - filled)} ` : '';
  return `${percent} ${drawn}${words}`.slice(0, columns);
}

/** What else happened, for people. */
function wordsOf(event: BulkEvent): string | undefined {
  switch (event.event) {
    case 'row':
      if (event.code !== 'already_paid' && event.code !== 'paid_not_final') return undefined;
      return `PAID: external_id ${printable(event.external_id)}, order_id ${printable(event.order_id)}.`;
    case 'pace':
      return event.until === null
        ? `The pace is ${rateWords(event.rate)} again.`
        : `The gateway asks to slow down: nothing is sent before ${clock(event.until)}, then ${rateWords(event.rate)}.`;
    case 'breaker':
      return event.open
        ? `Too many in a row were not answered (${event.lastCode ?? 'unknown'}): nothing is sent before ${clock(event.until)}.`
        : 'The gateway answers again.';
    case 'waiting':
      return `Nothing is due before ${clock(event.until)}; ${amount(event.counts.unknown)} will be asked after then.`;
    case 'database':
      return event.lost ? 'The database is gone: nothing is sent until it is back.' : 'The database is back.';
    case 'stopping': {
      if (event.reason === 'waiting') return undefined; // the end says when to come back
      const isAborted = event.reason === 'aborted';
      const flight = event.inFlight > 0 ? ` Waiting for ${counted(event.inFlight, 'request')} under way` : '';
      const twice = isAborted ? '; a second Ctrl-C ends at once, which is safe too.' : '.';
      return `${isAborted ? 'Interrupted.' : sentence(event.message)}${flight && flight + twice}`;
    }
    default:
      return undefined;
  }
}

/** Words of the library as a sentence of their own. */
export const sentence = (words: string) =>
  printable(words.replace(/^./, (letter) => letter.toUpperCase()).replace(/[^.!?]$/, '$&.'));

const rateWords = (rate: number) => `${Math.round(rate * 10) / 10} a second`;

/** A time of day, or with its date if it is not today. */
export function clock(iso: string | null | undefined): string {
  if (!iso) return 'later';
  const date = new Date(iso);
  const time = date.toTimeString().slice(0, 8);
  const local = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return date.toDateString() === new Date().toDateString() ? time : `${local} ${time}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** `1,000`. */
export const amount = (value: number) => value.toLocaleString('en-US');

/** `1 virtual account`, `2 virtual accounts`. */
export const counted = (value: number, one: string) => `${amount(value)} ${one}${value === 1 ? '' : 's'}`;

/** `45 s`, `3 min`, `27 h`. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 100 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

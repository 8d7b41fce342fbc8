import { createChecker } from '../checker/checker.ts';
import type { Finding } from '../checker/checker.ts';
import { judgeExchange } from './exchange.ts';
import type { Exchange, JudgedExchange } from './exchange.ts';
import { createMask } from '../shared/mask.ts';
import { briefOf, fromRecord, secretsOf, toRecord } from './record.ts';
import type { TrafficRecord } from './record.ts';

/** What the exit codes mean, for --help. The same numbers as those of the staging run. */
export const proxyExitCodes: Readonly<Record<number, string>> = {
  0: 'every answer was checked, and nothing found',
  1: 'an answer breaks a known statement (page, docs, sdk or seen)',
  2: 'not started: an option or the target is wrong',
  3: 'answers break guesses, nothing that is known',
  4: 'nothing was checked, or some answers to operations could not be, and nothing known is broken',
};

/** Counts of what went by. */
export interface Tally {
  add: (judged: JudgedExchange) => void;
  /** An exchange without a whole answer. */
  broken: () => void;
  /** An exchange whose record is judged otherwise than it was. */
  otherwise: () => void;
  exitCode: () => number;
  summary: () => string;
}

/** Whether a finding counts: a status that only `default` has is what the contract's `default` says. */
export const counts = ({ rule }: Finding): boolean => rule !== 'statusByDefault';

/** A tally with nothing in it. */
export function createTally(): Tally {
  let [checked, foreign, unchecked, otherwise] = [0, 0, 0, 0];
  const findings: Finding[] = [];
  const add = ({ operation, findings: found, unchecked: why }: JudgedExchange): void => {
    if (operation === undefined) foreign += 1;
    else if (why !== undefined) unchecked += 1;
    else checked += 1;
    findings.push(...found.filter(counts));
  };
  const byRule = (): string => {
    const rules = [...new Set(findings.map(({ rule }) => rule))];
    return rules.map((rule) => `${rule} ${findings.filter((one) => one.rule === rule).length}`).join(', ');
  };
  return {
    add,
    broken: () => (unchecked += 1),
    otherwise: () => (otherwise += 1),
    exitCode: () => {
      if (findings.some(({ known }) => known !== 'guess')) return 1;
      if (unchecked > 0 || checked === 0) return 4;
      return findings.length > 0 ? 3 : 0;
    },
    summary: () =>
      `${checked} answers checked, ${unchecked} not, ${foreign} of no operation of the contract; ` +
      `${findings.length} findings${findings.length > 0 ? `: ${byRule()}` : ''}` +
      (otherwise > 0 ? `; ${otherwise} records judged otherwise` : '') +
      (checked === 0 ? '; nothing was checked' : ''),
  };
}

/** Where the lines, the records and the counts go. */
export interface WatchOptions {
  log: (line: string) => void;
  record: (record: TrafficRecord) => void;
  tally: Tally;
}

/** Checks each exchange that it is called with, prints what is found, and records it. */
export function createWatch({ log, record, tally }: WatchOptions): (exchange: Exchange) => void {
  const checker = createChecker();
  return (exchange) => {
    const judged = judgeExchange(checker, exchange);
    tally.add(judged);
    for (const line of linesOf(exchange, judged)) log(line);
    const made = toRecord(exchange, judged, new Date());
    if (!made) return;
    record(made);
    const again = judgeExchange(checker, fromRecord(made));
    if (sameFindings(judged, again)) return;
    tally.otherwise();
    log('  its record is judged otherwise: masking changed what was found');
  };
}

/** Runs records through the checker. Throws an Error that names the line of one that is none. */
export function replay(text: string, { log, tally }: Omit<WatchOptions, 'record'>): void {
  const checker = createChecker();
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const made = readRecord(line, i + 1);
    const exchange = fromRecord(made);
    const judged = judgeExchange(checker, exchange);
    tally.add(judged);
    for (const said of linesOf(exchange, judged)) log(said);
    const before = made.findings.length;
    if (judged.findings.length === before) continue;
    tally.otherwise();
    log(`  when it was recorded, ${before} findings`);
  }
}

function readRecord(line: string, number: number): TrafficRecord {
  try {
    const record = JSON.parse(line) as TrafficRecord;
    if (typeof record.body !== 'string' || typeof record.request !== 'string') throw new Error('no bodies');
    if (!Array.isArray(record.headers) || !Array.isArray(record.findings)) throw new Error('no lists');
    return record;
  } catch {
    // The parser's own message quotes the line.
    throw new Error(`line ${number} is no record`);
  }
}

function linesOf(exchange: Exchange, { operation, findings, unchecked }: JudgedExchange): string[] {
  const { method, path, status } = exchange;
  const where =
    operation === undefined ? `${method} (${path.length} characters of path)` : `${method} ${path}`;
  const counted = findings.filter(counts).length;
  const verdict = unchecked === undefined ? `${counted} findings` : `not checked: ${unchecked}`;
  const [mask, secrets] = [createMask(), secretsOf(exchange)];
  return [
    `${where} ${status}: ${verdict}`,
    ...findings.map(
      (one) =>
        `  ${counts(one) ? one.known : 'not counted'}${one.breaking ? ', breaking' : ''}: ${briefOf(one, mask, secrets)}`,
    ),
  ];
}

function sameFindings(left: JudgedExchange, right: JudgedExchange): boolean {
  const told = ({ findings }: JudgedExchange): string =>
    JSON.stringify(findings.map(({ rule, where, known }) => [rule, where, known]));
  return told(left) === told(right);
}

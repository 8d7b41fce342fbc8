import { createChecker } from '../checker/checker.ts';
import { judgeExchange } from './exchange.ts';
import type { Exchange, Judged } from './exchange.ts';
import { createMask } from './mask.ts';
import { brief, fromRecord, secretsOf, toRecord } from './record.ts';
import type { TrafficRecord } from './record.ts';
import type { Tally } from './tally.ts';

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
    if (!sameFindings(judged, again)) log('  its record is judged otherwise: masking changed what was found');
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
    if (judged.findings.length !== before) log(`  when it was recorded, ${before} findings`);
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

function linesOf(exchange: Exchange, { operation, findings, unchecked }: Judged): string[] {
  const { method, path, status } = exchange;
  const where =
    operation === undefined ? `${method} (${path.length} characters of path)` : `${method} ${path}`;
  const verdict = unchecked === undefined ? `${findings.length} findings` : `not checked: ${unchecked}`;
  const [mask, secrets] = [createMask(), secretsOf(exchange)];
  return [
    `${where} ${status}: ${verdict}`,
    ...findings.map(
      (one) => `  ${one.known}${one.breaking ? ', breaking' : ''}: ${brief(one, mask, secrets)}`,
    ),
  ];
}

function sameFindings(left: Judged, right: Judged): boolean {
  const told = ({ findings }: Judged): string =>
    JSON.stringify(findings.map(({ rule, where, known }) => [rule, where, known]));
  return told(left) === told(right);
}

/**
 * The report as one HTML page that asks nobody for anything: totals, who was paid, what needs a person, outcomes over
 * time, and the rows that are not simply done, with a filter.
 */
import { createHash } from 'node:crypto';
import { printable } from '../../redact.js';
import { createSeries, spanInWords, type Series } from './series.js';
import type { Counts, Ledger, ReportRow, RowFilter, RowState, RunInfo } from '../types.js';

/** More would make a browser slow; the rest is in the report as CSV. */
const ROWS_ON_PAGE = 5000;

/** What is known of a run when all its rows were looked at once. */
interface Totals {
  counts: Counts;
  total: number;
  /** By state and code, of what is not simply done. */
  reasons: Map<string, { state: RowState; code: string; count: number }>;
  series: Series;
}

/** The page, in pieces, in bounded memory: the rows are gone through once for the totals and once for the table. */
export async function* htmlReport(ledger: Ledger): AsyncGenerator<string> {
  const info = await ledger.info();
  const totals = await totalsOf(ledger);
  yield head(ledger.run);
  yield '<main>\n';
  yield title(ledger.run, info, totals);
  yield tiles(totals);
  yield* urgent(ledger, totals);
  yield chart(totals.series);
  yield reasons(totals);
  yield* allRows(ledger, totals);
  yield `</main>\n<script>${SCRIPT}</script>\n</html>\n`;
}

async function totalsOf(ledger: Ledger): Promise<Totals> {
  const { rejected } = await ledger.counts();
  const counts: Counts = { done: 0, refused: 0, unknown: 0, queued: 0, needs_a_person: 0, rejected, paid: 0 };
  const totals: Totals = { counts, total: 0, reasons: new Map(), series: createSeries() };
  for await (const row of ledger.rows()) {
    const { state, code, settled_at } = row;
    totals.total += 1;
    counts[state === 'sending' ? 'unknown' : state] += 1;
    if (isPaid(row)) counts.paid += 1;
    if (settled_at) totals.series.add(Date.parse(settled_at), state);
    if (state === 'done' || code === null) continue;
    const reason = totals.reasons.get(`${state} ${code}`) ?? { state, code, count: 0 };
    totals.reasons.set(`${state} ${code}`, { ...reason, count: reason.count + 1 });
  }
  return totals;
}

const isLeftOut = ({ code }: ReportRow) => code === 'left_out';
const isPaid = ({ code }: ReportRow) => code === 'already_paid' || code === 'paid_not_final';

// --- Writing HTML

/** Text made harmless in an element and in an attribute. */
function text(value: unknown): string {
  return printable(String(value ?? '')).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const number = (value: number) => value.toLocaleString('en-US');
const moment = (iso: string | null | undefined) =>
  iso ? `<time datetime="${text(iso)}">${text(iso.slice(0, 19).replace('T', ' '))}</time>` : '';

function head(run: string): string {
  const hash = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  // Only this script and these styles: should a word of the gateway ever get through, it would still do nothing.
  const policy = `default-src 'none'; script-src ${hash(SCRIPT)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Cancelled virtual accounts: run ${text(run)}</title>
<style>${STYLE}</style>
`;
}

function title(run: string, info: RunInfo | undefined, { counts, total }: Totals): string {
  const { identity } = info ?? {};
  const sub = identity?.subMerchantId ? `, sub-merchant ${text(identity.subMerchantId)}` : '';
  const where = identity
    ? `<b>${text(new URL(identity.baseUrl).host)}</b>, merchant ${text(identity.merchantId)}${sub}`
    : 'nothing was sent yet';
  const settled = counts.done + counts.refused;
  const open = total - settled;
  return `<header>
<h1>${number(counts.done)} of ${number(total)} virtual accounts are cancelled</h1>
<p>Run <b>${text(run)}</b>: ${where}. Begun ${moment(info?.createdAt)}, this report ${moment(new Date().toISOString())} UTC.
${open > 0 ? `<b>${number(open)}</b> ${open === 1 ? 'is' : 'are'} not settled.` : total > 0 ? 'All are settled.' : ''}</p>
</header>
`;
}

const TILES: [keyof Counts, string, string][] = [
  ['paid', 'paid', 'look at these first'],
  ['needs_a_person', 'need a person', 'nothing more is done by itself'],
  ['unknown', 'unknown', 'may be cancelled; asked again'],
  ['refused', 'refused', 'the gateway said no'],
  ['queued', 'queued', 'not sent yet'],
  ['rejected', 'rejected', 'lines of the file, never sent'],
  ['done', 'done', 'cancelled, the gateway says so'],
];

function tiles({ counts }: Totals): string {
  const tile = ([name, label, hint]: (typeof TILES)[number]) =>
    `<li class="${name}${counts[name] === 0 ? ' none' : ''}"><b>${number(counts[name])}</b> ${label}<small>${hint}</small></li>`;
  return `<ul class="tiles">\n${TILES.map(tile).join('\n')}\n</ul>\n`;
}

// --- What a person has to look at

async function* urgent(ledger: Ledger, { counts }: Totals): AsyncGenerator<string> {
  if (counts.paid > 0) {
    yield `<section class="urgent"><h2>${number(counts.paid)} paid</h2>
<p>A payer has paid ${counts.paid === 1 ? 'this one' : 'these'}. The order must not be treated as cancelled: deliver, or give the money back.
With <code>paid_not_final</code> it could be paid once more; if it takes one payment only, say so with <code>--single-use</code>.</p>\n`;
    yield* table(rowsOf(ledger, [{ codes: ['already_paid', 'paid_not_final'] }]), counts.paid, 200);
    yield '</section>\n';
  }
  yield* section(
    rowsOf(ledger, [{ states: ['needs_a_person'] }], (row) => isPaid(row) || isLeftOut(row)),
    'Needs a person',
    "Asking settled nothing within 24 hours. Look at the gateway's dashboard, or ask its support with the transaction id.",
    counts.needs_a_person,
  );
  yield* section(
    rowsOf(ledger, [{ codes: ['left_out'] }]),
    'Left out',
    'The last file names these no more, so they are not cancelled. If that is wrong, put them back into the file and run it again.',
    counts.needs_a_person,
  );
}

async function* section(
  rows: AsyncGenerator<ReportRow, undefined>,
  heading: string,
  words: string,
  count: number,
): AsyncGenerator<string> {
  const first = await rows.next();
  if (first.done) return;
  yield `<section class="urgent"><h2>${heading}</h2>\n<p>${words}</p>\n`;
  yield* table(resumed(first.value, rows), count, 200);
  yield '</section>\n';
}

async function* resumed(first: ReportRow, rest: AsyncIterable<ReportRow>): AsyncGenerator<ReportRow> {
  yield first;
  yield* rest;
}

async function* rowsOf(
  ledger: Ledger,
  filters: RowFilter[],
  except: (row: ReportRow) => boolean = () => false,
): AsyncGenerator<ReportRow, undefined> {
  for (const filter of filters) {
    for await (const row of ledger.rows(filter)) if (!except(row)) yield row;
  }
}

async function* table(rows: AsyncIterable<ReportRow>, count: number, most: number): AsyncGenerator<string> {
  yield `<table><thead><tr><th>virtual account<th>channel<th>state<th>what was said<th>attempts<th>sent, settled (UTC)</tr></thead>\n<tbody>\n`;
  let shown = 0;
  for await (const row of rows) {
    if (shown === most) break;
    shown += 1;
    yield tableRow(row);
  }
  yield '</tbody></table>\n';
  if (shown === most && count > most)
    yield `<p>The first ${number(most)}; all are in the report as CSV.</p>\n`;
}

function tableRow(row: ReportRow): string {
  const state = row.state === 'sending' ? 'unknown' : row.state;
  const said = [row.response_code, row.response_message].filter(Boolean).map(text).join(' ');
  const status = row.transaction_status ? `<small>status: ${text(row.transaction_status)}</small>` : '';
  const next = row.next_at ? `<small>asked again ${moment(row.next_at)}</small>` : '';
  const by = row.by === 'inquiry' ? '<small>by inquiry</small>' : '';
  return `<tr data-state="${isPaid(row) ? `${state} paid` : state}"><td data-label="account"><b>${text(row.external_id)}</b><small>order ${text(row.order_id)}</small><small>${text(row.transaction_id)}</small>\
<td data-label="channel">${text(row.payment_channel)}<td data-label="state"><span class="${state}">${state.replaceAll('_', ' ')}</span>${by}\
<td data-label="said">${row.code && state !== 'done' ? `<code>${text(row.code)}</code> ` : ''}${said}${status}\
<td data-label="attempts">${row.attempts}<td data-label="times">${moment(row.sent_at)}<small>${moment(row.settled_at)}</small>${next}</tr>\n`;
}

// --- Over time

const HEIGHT = 120;

function chart(series: Series): string {
  const { buckets, widthMs } = series.read();
  if (buckets.length === 0) return '';
  const most = Math.max(...buckets.map(({ done, refused, other }) => done + refused + other));
  const width = 100 / buckets.length;
  const bars = buckets.flatMap((bucket, index) => {
    let top = HEIGHT;
    const label = `${new Date(bucket.from).toISOString().slice(0, 19).replace('T', ' ')}: ${number(bucket.done)} done, ${number(bucket.refused)} refused, ${number(bucket.other)} to a person`;
    const parts = (['done', 'refused', 'other'] as const).map((kind) => {
      const height = (bucket[kind] / most) * HEIGHT;
      top -= height;
      return height > 0
        ? `<rect class="${kind}" x="${fixed(index * width)}" y="${fixed(top)}" width="${fixed(width * 0.9)}" height="${fixed(height)}"/>`
        : '';
    });
    return `<g><title>${label}</title>${parts.join('')}</g>`;
  });
  const peak = (most * 1000) / widthMs;
  const each = spanInWords(widthMs);
  return `<section><h2>Over time</h2>
<p>Settled in each ${each}, at most ${number(most)} (${peak >= 10 ? Math.round(peak) : fixed(peak)} a second).
<span class="key done">done</span> <span class="key refused">refused</span> <span class="key other">to a person</span></p>
<svg viewBox="0 0 100 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="settled in each ${each}">
${bars.join('\n')}
</svg>
<p class="axis">${moment(new Date(buckets[0]!.from).toISOString())} ${moment(new Date(buckets.at(-1)!.from + widthMs).toISOString())}</p>
</section>
`;
}

const fixed = (value: number) => String(Math.round(value * 100) / 100);

// --- Why, and the rows

function reasons(totals: Totals): string {
  const sorted = [...totals.reasons.values()].sort((a, b) => b.count - a.count);
  if (sorted.length === 0) return '';
  const rows = sorted.map(
    ({ state, code, count }) =>
      `<tr><td data-label="state"><span class="${state}">${state.replaceAll('_', ' ')}</span><td data-label="code"><code>${text(code)}</code><td data-label="accounts">${number(count)}</tr>`,
  );
  return `<section><h2>Why</h2>
<table class="narrow"><thead><tr><th>state<th>code<th>accounts</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></section>
`;
}

async function* allRows(ledger: Ledger, { counts, total }: Totals): AsyncGenerator<string> {
  const open = total - counts.done;
  const withDone = total <= ROWS_ON_PAGE;
  if (total === 0) return;
  const states: RowState[] = ['needs_a_person', 'unknown', 'sending', 'refused', 'queued'];
  const filters: RowFilter[] = states.map((state) => ({ states: [state] }));
  if (withDone) filters.push({ states: ['done'] });
  const what = withDone ? `All ${number(total)}` : `${number(open)} not simply done`;
  yield `<section><h2>${what}</h2>\n`;
  if (!withDone)
    yield `<p>${open > ROWS_ON_PAGE ? `The first ${number(ROWS_ON_PAGE)}. ` : ''}The others are in the report as CSV.</p>\n`;
  yield `<form hidden><label>Filter <input type="search" placeholder="an id, a code, a word" autocomplete="off"></label>
<label>State <select><option value="">all${TILES.map(([name, label]) => (name === 'rejected' ? '' : `<option value="${name}">${label}`)).join('')}</select></label>
<output></output></form>\n<div id="rows">\n`;
  yield* table(rowsOf(ledger, filters), withDone ? total : open, ROWS_ON_PAGE);
  yield '</div></section>\n';
}

const SCRIPT = `
const form = document.querySelector('form');
if (form) {
  const [words, state, shown] = [form.querySelector('input'), form.querySelector('select'), form.querySelector('output')];
  const rows = [...document.querySelectorAll('#rows tbody tr')];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, index) => {
      const fits = texts[index].includes(wanted) && (!state.value || row.dataset.state.split(' ').includes(state.value));
      row.hidden = !fits;
      if (fits) count += 1;
    });
    shown.value = count === rows.length ? '' : count.toLocaleString('en-US') + ' of ' + rows.length.toLocaleString('en-US');
  };
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  filter();
}
`;

const STYLE = `
:root { color-scheme: light dark; --line: #8885; --soft: #8881; --green: #1a7f37; --red: #cf222e; --amber: #9a6700; --grey: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --green: #3fb950; --red: #ff7b72; --amber: #d29922; --grey: #8b949e; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 1.15rem; margin: 0 0 6px; }
p { margin: 0 0 12px; overflow-wrap: anywhere; }
section { margin-top: 36px; }
small { display: block; font-size: .82em; opacity: .75; }
code { font-size: .92em; }
.tiles { list-style: none; margin: 20px 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; }
.tiles li { border: 1px solid var(--line); border-top: 3px solid currentColor; border-radius: 6px; padding: 8px 12px; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; }
.tiles small { color: CanvasText; }
.tiles .none { color: var(--grey); border-top-color: var(--line); opacity: .6; }
.done { color: var(--green); } .refused, .queued, .rejected { color: var(--amber); } .unknown, .needs_a_person, .paid { color: var(--red); }
.urgent { border: 1px solid var(--red); border-left-width: 5px; border-radius: 6px; padding: 14px 16px 4px; }
table { border-collapse: collapse; width: 100%; margin-bottom: 12px; }
table.narrow { width: auto; min-width: 340px; }
th, td { text-align: left; vertical-align: top; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: .82em; font-weight: 600; opacity: .75; white-space: nowrap; }
td:first-child small { white-space: nowrap; }
td[data-label=channel] { min-width: 128px; }
td span { font-weight: 600; white-space: nowrap; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: 160px; background: var(--soft); border-bottom: 1px solid var(--line); }
rect.done { fill: var(--green); } rect.refused { fill: var(--amber); } rect.other { fill: var(--red); }
.key { white-space: nowrap; margin-left: 10px; } .key::before { content: '■ '; } .key.other { color: var(--red); }
.axis { display: flex; justify-content: space-between; font-size: .82em; opacity: .75; margin-top: 4px; }
form { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 10px; }
form[hidden], tr[hidden] { display: none !important; }
input, select { font: inherit; padding: 5px 8px; max-width: 100%; }
@media (max-width: 760px) {
  main { padding: 16px 14px 40px; }
  .tiles { grid-template-columns: 1fr 1fr; }
  table.narrow { width: 100%; min-width: 0; }
  table:not(.narrow) thead { position: absolute; left: -9999px; }
  table:not(.narrow), table:not(.narrow) tbody { display: block; }
  table:not(.narrow) tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  table:not(.narrow) td { display: flex; flex-wrap: wrap; gap: 0 10px; border: 0; padding: 1px 0; }
  table:not(.narrow) td::before { content: attr(data-label); flex: 0 0 64px; font-size: .82em; opacity: .75; padding-top: 2px; }
  table:not(.narrow) td small { flex: 1 0 100%; padding-left: 74px; white-space: normal; }
}
`;

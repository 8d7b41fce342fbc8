/** Finds the place of the scenario table in a Markdown text. */
import { scenarioTable } from './table.ts';

const START = '<!-- scenarios:start -->';
const END = '<!-- scenarios:end -->';

/** The text with the table of today between its markers. Throws an Error that names the file if they are missing. */
export function withTable(text: string, file: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`${file} lacks the markers ${START} and ${END}`);
  return `${text.slice(0, start)}${START}\n\n${scenarioTable()}\n\n${text.slice(end)}`;
}

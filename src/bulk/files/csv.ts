/**
 * Text of others on its way out. Cells of CSV: what a spreadsheet would run as a formula is made harmless on the way out, and whole again on the
 * way in. What is dangerous: OWASP, "CSV Injection".
 */

/**
 * Where a cell begins for a spreadsheet, and what it takes for the beginning of a formula. A cell also begins after a
 * `;`, a tab or a line break within the text, for a spreadsheet of another country splits there. Quotes and blanks
 * before the sign are not looked at, the full-width signs are.
 */
const FORMULA = /(?<=^|[,;|\t\r\n])(?=['"\s]*[=+\-@＝＋－＠])/g;

const HARMLESS = /(?<=^|[,;|\t\r\n])'(?=['"\s]*[=+\-@＝＋－＠])/g;

/** What most cells are: told by one look. */
const PLAIN = /^\w[\w.:/-]*$/;

/** The text with a `'` where a spreadsheet would begin a formula. `wholeCell` undoes it, for every text there is. */
export function harmlessCell(text: string): string {
  return PLAIN.test(text) ? text : text.replace(FORMULA, "'");
}

/** The text that `harmlessCell` was given. */
export function wholeCell(text: string): string {
  return text.includes("'") ? text.replace(HARMLESS, '') : text;
}

/** One line of CSV (RFC 4180, but for the `\n` at its end), its cells harmless. null and undefined are empty. */
export function csvLine(cells: readonly unknown[], separator = ','): string {
  return `${cells.map(csvCell).join(separator)}\n`;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = harmlessCell(String(value));
  if (PLAIN.test(text)) return text;
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

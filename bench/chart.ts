/** A bar chart as SVG: no library draws six bars with fewer lines than its configuration has. */

/** One bar. */
export interface Bar {
  name: string;
  value: number;
  /** The rounds' least and greatest. */
  range: readonly [number, number];
  isOurs: boolean;
}

const WIDTH = 760;
const LEFT = 220;
const ROW = 34;
const TOP = 64;

/** @param unit what the values are in, written behind each */
export function barChart(title: string, subtitle: string, unit: string, bars: readonly Bar[]): string {
  const scale = (WIDTH - LEFT - 110) / Math.max(...bars.flatMap(({ range }) => range));
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map((bar, index) => row(bar, TOP + index * ROW, scale, unit)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escape(title)}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="28" font-size="17" font-weight="600" fill="#1f2328">${escape(title)}</text>
<text x="16" y="48" font-size="12" fill="#59636e">${escape(subtitle)}</text>
${rows}
</svg>
`;
}

function row({ name, value, range, isOurs }: Bar, y: number, scale: number, unit: string): string {
  const [least, greatest] = range.map((each) => LEFT + each * scale);
  const end = LEFT + value * scale;
  const middle = y + 12;
  return `<text x="${LEFT - 10}" y="${y + 17}" font-size="13" text-anchor="end" fill="#1f2328"${isOurs ? ' font-weight="600"' : ''}>${escape(name)}</text>
<rect x="${LEFT}" y="${y}" width="${(end - LEFT).toFixed(1)}" height="24" rx="3" fill="${isOurs ? '#1a7f5a' : '#9aa4af'}"/>
<path d="M${least!.toFixed(1)} ${middle}H${greatest!.toFixed(1)}M${least!.toFixed(1)} ${middle - 5}v10M${greatest!.toFixed(1)} ${middle - 5}v10" stroke="#1f2328" stroke-width="1.2"/>
<text x="${(Math.max(end, greatest!) + 8).toFixed(1)}" y="${y + 17}" font-size="13" fill="#1f2328">${value.toFixed(0)} ${escape(unit)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** JUnit XML, as CI systems read it. */

/** One test case; neither failure nor skipped means passed. */
export interface JUnitCase {
  name: string;
  failure?: string;
  skipped?: string;
}

/** A suite of them. */
export interface JUnitSuite {
  name: string;
  cases: JUnitCase[];
}

/** The suites as one XML document. */
export function toJUnit(suites: readonly JUnitSuite[]): string {
  const lines = suites.map(({ name, cases }) => {
    const counts = `${countsOf(cases)} name="${escapeXml(name)}"`;
    return `  <testsuite ${counts}>\n${cases.map((one) => caseXml(name, one)).join('')}  </testsuite>\n`;
  });
  const all = countsOf(suites.flatMap(({ cases }) => cases));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${all}>\n${lines.join('')}</testsuites>\n`;
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(({ skipped: why }) => why !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function caseXml(suite: string, { name, failure, skipped }: JUnitCase): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  if (failure !== undefined)
    return `${open}>\n      <failure message="${escapeXml(failure)}"/>\n    </testcase>\n`;
  if (skipped !== undefined)
    return `${open}>\n      <skipped message="${escapeXml(skipped)}"/>\n    </testcase>\n`;
  return `${open}/>\n`;
}

const entities: Record<string, string> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
  ...{ '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' },
};

/** Text for an attribute. What XML 1.0 cannot hold at all, escaped or not, becomes U+FFFD (section 2.2). */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\n\r\t]/g, (character) => entities[character]!);
}

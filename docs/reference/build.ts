/**
 * `node docs/reference/build.ts [file]`: writes the API reference, one HTML page, to docs/reference.html or a file.
 *
 * Why a renderer of our own: measured in Chromium, offline, as far as configuration goes (November 2026),
 * - Redocly CLI 2.77.0, `build-docs --inlineBundle`, 2.5 MB: it asks cdn.redoc.ly for an image on every start
 *   (so a console error too), axe finds serious contrast violations, and nothing is there without JavaScript;
 * - Scalar's standalone script, inlined, 4.4 MB: axe finds buttons without a name (critical) and some fifty
 *   contrast violations;
 * - neither puts `x-known`, `x-known-parts` and `x-known-values` beside what they are about, which is what this
 *   page is for.
 * So hono/html writes the markup, marked the prose and highlight.js the colours, all at build time. The page is
 * under 1 MB, works printed and without JavaScript, and its Content-Security-Policy forbids every request.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readContract } from '../../spec/contract.ts';
import { referencePage } from './page.ts';
import { placeIn } from './place.ts';

const file = process.argv[2] ?? fileURLToPath(new URL('../reference.html', import.meta.url));
const page = referencePage(placeIn(readContract()));
writeFileSync(file, page);
console.log(`${file}: ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);

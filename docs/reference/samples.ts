/** The request samples, embedded as the files that test/docs runs. */
import { readFileSync } from 'node:fs';
import { html } from 'hono/html';
import { tsBlocks } from '../../test/support/doc-blocks.ts';
import type { Html } from './known.ts';
import { code } from './text.ts';

interface Sample {
  id: string;
  label: string;
  language: string;
  /** Where it can be found in the repository. */
  file: string;
  text: string;
}

const files = [
  ['shell', 'Shell', 'bash', 'cancel.sh'],
  ['go', 'Go', 'go', 'cancel.go'],
  ['javascript', 'JavaScript', 'javascript', 'cancel.mjs'],
  ['php', 'PHP', 'php', 'cancel.php'],
] as const;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Every sample: four without this package, and the README's first example with it. */
function samples(): Sample[] {
  const plain = files.map(([id, label, language, file]) => {
    return { id, label, language, file: `docs/reference/samples/${file}`, text: read(`samples/${file}`) };
  });
  const [text = ''] = tsBlocks(read('../../README.md'));
  if (!text.includes('createVaClient'))
    throw new Error('The first example of README.md does not make a client');
  return [
    ...plain,
    { id: 'package', label: 'This package', language: 'typescript', file: 'README.md', text },
  ];
}

/** The samples as tabs that need no script: radio buttons, each followed by what it shows. */
export function sampleTabs(): Html {
  const tabs = samples().map(
    ({ id, label, language, file, text }, index) =>
      html`<input type="radio" name="sample" id="sample-${id}" ${index === 0 ? 'checked' : ''} />
        <label for="sample-${id}">${label}</label>
        <figure data-sample="${file}">
          <figcaption>${file}</figcaption>
          ${code(text, language)}
        </figure>`,
  );
  return html`<fieldset class="tabs">
    <legend>Cancel from</legend>
    ${tabs}
  </fieldset>`;
}

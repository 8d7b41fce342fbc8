import { join } from '../../spec/contract.ts';
import { withMember } from './member.ts';
import { withText } from './request.ts';
import type { Subject } from './subject.ts';
import type { ContractCase, RawRequest } from './types.ts';

type Change = (request: RawRequest) => RawRequest;
const text =
  (change: (json: string) => string): Change =>
  (request) =>
    withText(request, change);

const notAnObject: Record<string, Change> = {
  'notJson.bare': text(() => '{bad'),
  'notJson.truncated': text((json) => json.slice(0, -1)),
  'notJson.trailingComma': text((json) => json.replace(/\}$/, ',}')),
  'notJson.singleQuotes': text((json) => json.replaceAll('"', "'")),
  'notJson.comment': text((json) => `${json}// comment`),
  'notJson.twice': text((json) => json + json),
  'notJson.form': text(formOf),
  'notJson.empty': text(() => ''),
  'notJson.blank': text(() => ' '),
  'notObject.array': text((json) => `[${json}]`),
  'notObject.emptyArray': text(() => '[]'),
  'notObject.string': text((json) => JSON.stringify(json)),
  'notObject.number': text(() => '1'),
  'notObject.true': text(() => 'true'),
  'notObject.null': text(() => 'null'),
  'notObject.emptyObject': text(() => '{}'),
};

/** There are no ids to be signed: whoever looks at the signature first may say that it is wrong. */
const UNSIGNED = ['99'];

const sameValue: Record<string, Change> = {
  reordered: text((json) => JSON.stringify(Object.fromEntries(Object.entries(parse(json)).reverse()))),
  indented: text((json) => `\r\n\t ${JSON.stringify(parse(json), null, 2)}\n`),
  escaped: text(escapeAll),
};

/** Cases about the body as a whole: not JSON, no object, members more or twice, and what is the same JSON. */
export function shapeCases(subject: Subject): ContractCase[] {
  const { contentPointer, refused } = common(subject);
  const statement = subject.statement(contentPointer);
  const object = subject.statement(join(subject.bodyPointer, 'type'));
  const bad = Object.entries(notAnObject).map(([kind, fault]) =>
    subject.make('shape', {
      ...{ id: `body.${kind}`, expect: refused, fault, orCodes: UNSIGNED },
      statement: kind.startsWith('notObject') ? object : statement,
    }),
  );
  const same = Object.entries(sameValue).map(([kind, fault]) =>
    subject.make('shape', {
      ...{ id: `body.same.${kind}`, expect: 'accepted', statement, fault },
      ...(kind === 'indented' && { topic: 'whitespace' }),
    }),
  );
  return [...bad, ...same, ...memberSetCases(subject), ...encodingCases(subject)];
}

function memberSetCases(subject: Subject): ContractCase[] {
  const { refused, contentPointer } = common(subject);
  const within = subject.members.filter(({ type }) => type === 'object');
  const objects = [{ path: [] as string[], pointer: subject.bodyPointer }, ...within];
  const extra: Record<string, unknown> = { text: 'none', null: null, object: {} };
  const first = subject.members[0]!.name;
  const doubled: Record<string, Change> = {
    same: text((json) =>
      json.replace('{', `{${JSON.stringify(first)}:${JSON.stringify(parse(json)[first])},`),
    ),
    other: text((json) => json.replace('{', `{${JSON.stringify(first)}:"other",`)),
    escaped: text((json) => json.replace('{', `{${escapeAll(JSON.stringify(first))}:"other",`)),
  };
  return [
    ...objects.flatMap(({ path, pointer }) =>
      Object.entries(extra).map(([kind, value]) =>
        subject.make('shape', {
          id: `${['body', ...path].join('.')}.extraMember.${kind}`,
          ...{ expect: refused, topic: 'closed' },
          statement: subject.statement(join(pointer, 'additionalProperties')),
          fault: text((json) => JSON.stringify(withMember(parse(json), [...path, 'no_such_member'], value))),
        }),
      ),
    ),
    ...Object.entries(doubled).map(([kind, fault]) =>
      subject.make('shape', {
        ...{ id: `body.duplicateMember.${kind}`, expect: refused, fault, topic: 'duplicateMembers' },
        orCodes: UNSIGNED,
        statement: subject.statement(contentPointer),
      }),
    ),
  ];
}

/** JSON is UTF-8 without a byte order mark (RFC 8259 section 8.1); a reader may overlook a mark. */
function encodingCases(subject: Subject): ContractCase[] {
  const { refused, contentPointer } = common(subject);
  const statement = subject.statement(contentPointer);
  return [
    subject.make('shape', {
      ...{ id: 'body.encoding.notUtf8', expect: refused, statement, topic: 'encoding' },
      // Whoever reads it with replacement characters finds the name that the virtual account really has.
      needs: { with: { payment_channel: 'BCA-\uFFFD' } },
      fault: (request) => ({ ...request, body: Buffer.from(withoutReplacement(request.body), 'latin1') }),
    }),
    subject.make('shape', {
      ...{ id: 'body.encoding.utf16', expect: refused, statement, topic: 'encoding' },
      fault: (request) => ({
        ...request,
        body: Buffer.from(Buffer.from(request.body).toString(), 'utf16le'),
      }),
    }),
    subject.make('shape', {
      ...{ id: 'body.encoding.byteOrderMark', expect: refused, statement, topic: 'byteOrderMark' },
      fault: text((json) => `\uFEFF${json}`),
    }),
  ];
}

function common(subject: Subject): { refused: ContractCase['expect']; contentPointer: string } {
  const contentPointer = join(subject.operation.pointer, 'requestBody', 'content');
  return { refused: subject.outcome('01').expect, contentPointer };
}

function parse(json: string): Record<string, unknown> {
  return JSON.parse(json) as Record<string, unknown>;
}

/** The same JSON with every letter and digit within its strings written as an escape. */
function escapeAll(json: string): string {
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Only within strings: numbers, true and false have no escapes.
  return json.replace(/"[^"\\]*"/g, (text) => text.replace(/[A-Za-z0-9]/g, escape));
}

function formOf(json: string): string {
  return new URLSearchParams(parse(json) as Record<string, string>).toString();
}

function withoutReplacement(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8').replaceAll('\uFFFD', '\u00FF');
}

import { asObject, join, resolvePointer } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { AnswerChange } from './answer-mutants.ts';
import type { DocumentedExample } from './documented.ts';

const EXACT = '/components/schemas/EchoedId';

type Alter = (text: string, body: Record<string, unknown>) => string;

const swapCase = (text: string): string =>
  text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
const altered: Record<string, Alter> = {
  another: () => 'fake-another',
  'one character more': (text) => `${text}0`,
  'one character less': (text) => text.slice(0, -1),
  'a blank more': (text) => `${text} `,
  'another letter case': (text) => `x-${swapCase(text)}`.slice(2),
};

/**
 * Members that the request has too, not as they were sent. `EchoedId` is the contract's word for exactly as
 * sent; a name may come back in another letter case, but not as another name.
 */
export function echoMutants(contract: Contract, documented: DocumentedExample): AnswerChange[] {
  const { nodes, echoed } = documented;
  return echoed.flatMap((name) => {
    const node = nodes.find(({ path }) => path.length === 1 && path[0] === name)!;
    const exact = node.pointer === resolvePointer(contract, EXACT);
    const names = exact ? Object.keys(altered) : ['another', 'one character more', 'one character less'];
    const rule = exact ? 'echo' : 'echoName';
    const changes = names.map((says) => change(name, says, altered[says]!));
    const others = echoed.filter((other) => other !== name);
    const ofOther = others.map((other) => change(name, `that of ${other}`, (_, body) => String(body[other])));
    return [...changes, ...ofOther].map((one) => ({
      ...{ ...one, group: exact ? 'echoed id' : 'echoed name' },
      killer: { rule, pointer: join('', name), where: node.pointer } as const,
    }));
  });
}

function change(name: string, says: string, alter: Alter): Pick<AnswerChange, 'says' | 'change'> {
  return {
    says: `${name} ${says}`,
    change: (body, answer) => {
      const right = String(asObject(body)[name]);
      return { ...answer, body: { ...body, [name]: alter(right, body) } };
    },
  };
}

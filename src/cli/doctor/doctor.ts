import type { Environment } from '../environment.js';
import { printable } from '../../redact.js';
import { beside, EXIT, wrap, type Paint, type Result } from '../result.js';
import { askGateway, type Asked } from './ask.js';
import { anyFailed, type Check } from './check.js';
import { checkHost } from './host.js';
import { checkGateway, checkMachine, checkVariables } from './local.js';

/** The options of `doctor`. */
export interface DoctorFlags {
  ask?: true;
  timeoutMs: number;
}

/** Checks what can be checked here and on the way to the host. Signs nothing unless `ask`. */
export async function runDoctor(flags: DoctorFlags, env: Environment): Promise<Result> {
  const gateway = checkGateway(env);
  const own = [...checkMachine(env), ...checkVariables(env), gateway.check];
  const host = gateway.baseUrl ? await checkHost(gateway.baseUrl, flags.timeoutMs) : [];
  const ready = !anyFailed([...own, ...host]);
  const asked = flags.ask && ready ? await askGateway(env, flags.timeoutMs) : undefined;
  const checks = [...own, ...host];
  if (asked) checks.push(asked.check);
  const notChecked = unchecked(flags, gateway.baseUrl !== undefined, asked);
  return {
    exitCode: exitCodeOf(own, host, asked),
    json: { ok: !anyFailed(checks), checks, notChecked },
    text: (paint) => table(checks, notChecked, paint),
  };
}

function exitCodeOf(own: Check[], host: Check[], asked: Asked | undefined): number {
  if (anyFailed(own)) return EXIT.usage;
  if (anyFailed(host)) return EXIT.not_sent;
  return asked?.outcome ? EXIT[asked.outcome] : EXIT.done;
}

function unchecked(flags: DoctorFlags, hasGateway: boolean, asked: Asked | undefined): string[] {
  const credentials = flags.ask
    ? 'whether the credentials are accepted: --ask waits until nothing above fails'
    : 'whether the credentials are accepted; --ask sends one signed inquiry about ids that cannot exist';
  const left = [
    'whether the gateway would accept a cancel',
    'a proxy that your program sets by code (setGlobalDispatcher): it cannot be seen from here, and reads what goes over http',
  ];
  if (!asked) left.unshift(credentials);
  if (!hasGateway) left.unshift('the host, for it is not known which');
  return left;
}

const COLOURS = { ok: 'green', warn: 'yellow', FAIL: 'red' } as const;

function table(checks: Check[], notChecked: string[], paint: Paint): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const rows = checks.flatMap(({ name, state, says, do: todo }) => {
    const label = `${state.padEnd(4)}  ${name.padEnd(width)}  `;
    const row = beside(label, printable(says)).replace(state, () => paint(COLOURS[state], state));
    return todo ? [row, beside(' '.repeat(label.length), todo)] : [row];
  });
  const verdict = anyFailed(checks) ? paint('red', 'Something fails, see above.') : 'Nothing fails.';
  const missed = notChecked.map((words) => beside('  - ', words));
  return [...rows, '', verdict, '', wrap('Not checked:'), ...missed].join('\n');
}

import type { Checker } from '../checker/checker.ts';
import type { Planned } from './plan.ts';
import { fingerprint } from './record.ts';
import type { Entry, HookSeen } from './record.ts';
import type { DreddReport } from './run-dredd.ts';

/** What came of a run: the faults of each planned transaction by key, and those of the run as a whole. */
export interface RunVerdict {
  byKey: Map<string, string[]>;
  faults: string[];
}

type Did<Name extends Entry['did']> = Extract<Entry, { did: Name }>;

const did = <Name extends Entry['did']>({ entries }: DreddReport, name: Name): Did<Name>[] =>
  entries.filter((entry): entry is Did<Name> => entry.did === name);

/**
 * Holds what Dredd says and what the hooks wrote against the plan. Whatever is not seen to have happened has
 * failed: Dredd also exits with 0 when it called no hook, tried nothing or did not get to the end.
 */
export function judgeRun(planned: Planned[], report: DreddReport, checker: Checker): RunVerdict {
  const byKey = new Map(planned.map((one) => [one.key, judgeOne(one, report, checker)]));
  return { byKey, faults: [...judgeProcess(planned, report), ...judgeHooks(planned, report)] };
}

function judgeProcess(planned: Planned[], { exitCode, output, xunit }: DreddReport): string[] {
  const wanted = `${planned.length} passing, 0 failing, 0 errors, 0 skipped, ${planned.length} total`;
  const summary = /^complete: (\d+ passing, .*)$/m.exec(output)?.[1];
  const troubles = output.matchAll(/^(?:warn|error): .*$/gm);
  return [
    ...(exitCode === 0
      ? []
      : [exitCode === null ? 'Dredd took too long' : `Dredd's exit code is ${exitCode}`]),
    ...(summary === undefined ? ['Dredd gave no summary'] : []),
    ...(summary === undefined || summary === wanted ? [] : [`Dredd counts ${summary}, not ${wanted}`]),
    ...(output.includes('Skipping hook loading') ? ['Dredd did not load the hooks'] : []),
    ...[...troubles].map(([line]) => `Dredd says ${line}`),
    ...differences('its report says passed', planned.map(titleOf), passedIn(xunit)),
  ];
}

/** Dredd's title of a transaction, which its report has; the passes share it. */
function titleOf({ method, status, path }: Planned): string {
  return `${method} (${status}) ${path}`;
}

// A passed test is an empty element; a failed, skipped or broken one has something in it.
function passedIn(xunit: string): string[] {
  return [...xunit.matchAll(/<testcase name="([^"]*)"[^>]*\/>/g)].map(([, name]) => name!);
}

function judgeHooks(planned: Planned[], report: DreddReport): string[] {
  const keys = planned.map(({ key }) => key);
  const begun = did(report, 'begin');
  return [
    ...(begun.length === 1 ? [] : [`the hooks began ${begun.length} times, not once`]),
    ...(did(report, 'end').length === 1 ? [] : ['the canary hook at the end did not fire']),
    ...begun.flatMap((entry) => differences('Dredd read', keys, entry.keys)),
    ...begun.flatMap(({ hooks }) => hooks.flatMap(judgeHook)),
    ...(['arrange', 'attach', 'judge'] as const).flatMap((step) =>
      differences(
        `the ${step} hook saw`,
        keys,
        did(report, step).map(({ key }) => key),
      ),
    ),
  ];
}

function judgeHook({ kind, reaches, arguments: count, async }: HookSeen): string[] {
  return [
    ...(reaches ? [] : [`a hook ${kind} belongs to no transaction`]),
    ...(count === 1 || count === 2
      ? []
      : [`a hook ${kind} has ${count} arguments: Dredd never gets past it`]),
    ...(async ? [`a hook ${kind} is async: Dredd does not wait for it`] : []),
  ];
}

/** What differs between two lists whose order does not matter and where a text may come more than once. */
function differences(what: string, wanted: string[], got: string[]): string[] {
  if (got.length === 0) return [`${what} none of ${wanted.length}`];
  const count = (list: string[], text: string): number => list.filter((one) => one === text).length;
  const all = [...new Set([...wanted, ...got])];
  const wrong = all.filter((text) => count(wanted, text) !== count(got, text));
  return wrong.map((text) => `${what} ${text} ${count(got, text)} times, not ${count(wanted, text)}`);
}

function judgeOne(planned: Planned, report: DreddReport, checker: Checker): string[] {
  const judged = did(report, 'judge').filter(({ key }) => key === planned.key);
  const schema = fingerprint(checker.bodySchema(planned.operation, planned.status));
  if (judged.length === 0) return ['it was not judged'];
  return judged.flatMap((one) => [
    ...one.faults,
    ...(one.schema === schema && schema !== fingerprint(undefined) ? [] : ['Dredd had not its schema']),
    ...(one.checkerAwake ? [] : ['the checker noticed nothing in a wrong answer']),
    ...one.emptyHeaders.map((name) => `${name} was sent empty`),
  ]);
}

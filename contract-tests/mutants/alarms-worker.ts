/** A thread that looks for false alarms while the mutants run in the first: one listener of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { createChecker } from '../checker/checker.ts';
import { readContract } from '../../spec/contract.ts';
import { allCases } from './derive.ts';
import { compliantSandboxes, findFalseAlarms } from './false-alarms.ts';
import { startHost } from './host.ts';
import type { Watched } from './watch.ts';

const contract = readContract();
const host = await startHost(contract);
const judge = { contract, checker: createChecker(contract), cases: allCases(contract), host, looks: 0 };
const { operations, withVariants } = workerData as Watched;
const sandboxes = compliantSandboxes(judge, withVariants).filter(({ operation }) =>
  operations.includes(operation),
);
const found = await findFalseAlarms(judge, sandboxes, (done, total) => {
  if (done % 200 === 0 || done === total) parentPort!.postMessage({ done, total });
});
await host.close();
parentPort!.postMessage({ found });

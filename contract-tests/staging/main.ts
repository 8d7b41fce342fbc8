/** `make contract-staging`: Dredd and the cases against staging, and a report of what they say about the contract. */
import { runCommand } from '../shared/command.ts';
import { REPORTS, runAndReport } from './command.ts';
import type { Options } from './command.ts';
import { stagingExitCodes } from './report.ts';
import { readSettings, variables } from './settings.ts';

const environment = variables.map(([name, says]) => `  ${name.padEnd(28)} ${says}`);

await runCommand<Options>(
  {
    name: 'contract-staging',
    says: 'Runs the contract cases against iFortepay staging and says what they confirm and refute.',
    options: [
      ['--reports <folder>', 'where staging.md, staging.xml and staging-dredd.txt go', REPORTS],
      ['--only <text>', 'only cases whose name contains it, signature say; an exit code of 0 says less then'],
    ],
    help: `Environment:\n${environment.join('\n')}`,
    exitCodes: stagingExitCodes,
    broken: 4,
  },
  (options) => runAndReport(readSettings(process.env), options),
);

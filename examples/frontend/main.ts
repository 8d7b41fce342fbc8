/** `make frontend`: the mock, and the page on another port and so on another origin. */
import { once } from 'node:events';
import { startFront } from '../../contract-tests/mock/front.ts';
import { startMock } from '../../contract-tests/mock/prism.ts';
import { assertPortFree, readPort } from '../../contract-tests/shared/ports.ts';
import { servePage } from './serve.ts';

const DEFAULT_PORT = 5173;

async function main(): Promise<void> {
  const port = readPort(process.env.PORT, DEFAULT_PORT);
  const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await assertPortFree(port);
  const mock = await startMock();
  const front = await startFront({ mockUrl: mock.url });
  const page = await servePage({ port, mockUrl: front.url });
  console.log(`The page: ${page.url}\nThe mock: ${front.url}\nCtrl-C stops both.`);
  const why = await Promise.race([asked, mock.exited.then(() => 'ended')]);
  await Promise.all([page.close(), front.close(), mock.stop()]);
  if (why === 'ended') throw new Error('Prism ended by itself');
}

main().catch((error: Error) => {
  console.error(`frontend: ${error.message}`);
  process.exitCode = 1;
});

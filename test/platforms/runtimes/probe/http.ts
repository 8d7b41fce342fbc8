/** How Node, Deno and Bun are asked: a task per request. Says on which port, as workerd does by itself. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { performTask } from './probe.ts';

const server = createServer(async (request, response) => {
  try {
    response.end(JSON.stringify(await performTask(JSON.parse(await text(request)))));
  } catch (error) {
    response.writeHead(500).end(String((error as Error).stack));
  }
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'listen', port: (server.address() as AddressInfo).port }));
});

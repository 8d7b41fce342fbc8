/** How workerd is asked: a task per request. */
import type { Task } from '../task.ts';
import { performTask } from './probe.ts';

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json(await performTask((await request.json()) as Task));
    } catch (error) {
      return new Response(String((error as Error).stack), { status: 500 });
    }
  },
};

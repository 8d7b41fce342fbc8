import { readContract } from './contract.ts';

type Content = Record<string, { examples: Record<string, { value: Record<string, unknown> }> }>;
interface Described {
  paths: Record<string, { post: { responses: Record<string, { $ref?: string; content?: Content }> } }>;
  components: { responses: Record<string, { content: Content }> };
}
const contract = readContract() as unknown as Described;

/** The paths of the contract, for the sandbox's own tests. */
export const operationPaths = Object.keys(contract.paths);

/** The statuses that the contract lists for a path, `default` among them. */
export function statusesOf(path: string): string[] {
  return Object.keys(contract.paths[path]!.post.responses);
}

/** The contract's examples of one answer, by name. */
export function examplesOf(path: string, status: string): Record<string, { value: Record<string, unknown> }> {
  const response = contract.paths[path]!.post.responses[status]!;
  const content =
    response.content ?? contract.components.responses[response.$ref!.split('/').at(-1)!]!.content;
  return content['application/json']!.examples;
}

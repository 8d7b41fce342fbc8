import type { Checker } from './checker.ts';
import { asObject, join, objectAt, operationsOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** A status that the contract does not list, for `default`. */
const OTHER_STATUS = 429;

/**
 * Shows every documented answer to the checker, as it is and with two faults planted, before a run relies on it:
 * a run whose checker sees nothing would call everything right.
 *
 * Throws an Error that names the answer if a planted fault is not seen, or one is seen where there is none.
 */
export function assertLooks(checker: Pick<Checker, 'check'>, contract: Contract): void {
  for (const { id, pointer } of operationsOf(contract)) {
    for (const status of Object.keys(objectAt(contract, join(pointer, 'responses')))) {
      const media = objectAt(contract, join(pointer, 'responses', status, 'content', 'application/json'));
      for (const [name, example] of Object.entries(asObject(media['examples']))) {
        const rulesIn = (body: object) =>
          checker
            .check({
              operation: id,
              status: status === 'default' ? OTHER_STATUS : Number(status),
              headers: JSON_TYPE,
              body: JSON.stringify(body),
            })
            .map(({ rule }) => rule as string)
            .filter((rule) => rule !== 'statusByDefault');
        const value = asObject(asObject(example)['value']);
        const planted = rulesIn({ ...value, planted: true, response_code: 7 });
        const seen = ['additionalMember', 'type'].every((rule) => planted.includes(rule));
        if (!seen) throw new Error(`the checker does not see what was planted in ${id} ${status} ${name}`);
        if (rulesIn(value).length > 0)
          throw new Error(`the checker finds fault with ${id} ${status} ${name}`);
      }
    }
  }
}

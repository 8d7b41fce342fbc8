import type { RuleChange, Schema } from './rule-change.ts';

/** The least and the greatest number that a request may hold, one further and one nearer. */
export function boundChanges(name: string, schema: Schema): RuleChange[] {
  return (['minimum', 'maximum'] as const).flatMap((keyword) => {
    const limit = schema[keyword] as number | undefined;
    if (limit === undefined) return [];
    const outward = keyword === 'minimum' ? limit - 1 : limit + 1;
    const inward = keyword === 'minimum' ? limit + 1 : limit - 1;
    const [beyond, at] =
      keyword === 'minimum' ? ['belowMinimum', 'atMinimum'] : ['aboveMaximum', 'atMaximum'];
    const make = (group: string, to: number, killer: string): RuleChange => ({
      ...{ group, says: `${limit} becomes ${to}`, killer: `body.${name}.${killer}` },
      change: (copy) => (copy[keyword] = to),
    });
    return [make(`${keyword} relaxed`, outward, beyond!), make(`${keyword} tightened`, inward, at!)];
  });
}

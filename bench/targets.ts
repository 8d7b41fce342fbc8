/** What is aimed at, beside what was measured. A target that is missed is shown like one that is held. */
import { ratio, type Results } from './results.ts';

/** One aim. */
export interface Aim {
  what: string;
  measured: number;
  /** The limit, and on which side of it the measured value should be. */
  limit: number;
  side: 'at most' | 'at least';
  digits: number;
}

/** Whether a target is held. */
export const isHeld = ({ measured, limit, side }: Aim): boolean =>
  side === 'at most' ? measured <= limit : measured >= limit;

/** Every aim, at the first number in flight. */
export function targetsOf({ rounds, startups, sizes, held }: Results): Aim[] {
  const cpu = (name: string, base: string) => ratio(rounds, name, base, 0, 'cpuUs');
  const rate = (name: string, base: string) => ratio(rounds, name, base, 0, 'perSecond');
  const [ours, undici] = ['ifortepay-va', 'ifortepay-va over undici'];
  const atMost = (what: string, measured: number, limit: number, digits = 2): Aim => ({
    what,
    measured,
    limit,
    side: 'at most',
    digits,
  });
  const atLeast = (what: string, measured: number, limit: number): Aim => ({
    what,
    measured,
    limit,
    side: 'at least',
    digits: 2,
  });
  return [
    atMost('CPU, to fetch with the same deadline', cpu(ours, 'fetch + deadline'), 1.1),
    atMost('CPU, to bare fetch', cpu(ours, 'fetch'), 1.2),
    atMost('CPU, to axios + js-sha256', cpu(ours, 'axios + js-sha256'), 1),
    atMost('CPU, the witness: to the same without it', cpu(ours, `${ours}, no witness`), 1.03),
    atMost('CPU, the witness over undici: to the same', cpu(undici, `${undici}, no witness`), 1.03),
    atMost(
      'CPU of a bare fetch, once a call was made',
      cpu('fetch, after a call of ifortepay-va', 'fetch'),
      1.01,
    ),
    atLeast('calls a second, to fetch with the same deadline', rate(ours, 'fetch + deadline'), 0.92),
    atLeast('calls a second, to axios + js-sha256', rate(ours, 'axios + js-sha256'), 1),
    atMost('over undici: CPU, to bare fetch', cpu(undici, 'fetch'), 0.4),
    atLeast('over undici: calls a second, to bare fetch', rate(undici, 'fetch'), 2.5),
    atMost(
      'import and create, to importing axios',
      startups['ifortepay-va: import + createVaClient']! / startups['axios: import']!,
      0.12,
    ),
    atMost('kB of a client, minified and gzipped', sizes['createVaClient, isVaError']! / 1000, 13.5, 1),
    atMost('heap after 200,000 calls, to after 20,000', held.at(-1)!.heap / held[0]!.heap, 1.1),
  ];
}

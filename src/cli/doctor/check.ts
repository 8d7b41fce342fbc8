/** One thing that was looked at. Its words never hold a secret, nor tell how long one is. */
export interface Check {
  name: string;
  state: 'ok' | 'warn' | 'FAIL';
  says: string;
  /** What to do, unless it is ok. */
  do?: string;
}

/** All is well. */
export const ok = (name: string, says: string): Check => ({ name, state: 'ok', says });

/** It may work, but look. */
export const warn = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'warn',
  says,
  do: todo,
});

/** It cannot work. */
export const fail = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'FAIL',
  says,
  do: todo,
});

/** Whether one of them failed. */
export const anyFailed = (checks: Check[]): boolean => checks.some(({ state }) => state === 'FAIL');

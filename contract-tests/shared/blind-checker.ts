/** `--import` for Node: loads the checker with its findings thrown away, to show that a run notices. */
const hook = `
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith('/checker/checker.ts')) return loaded;
      const source = String(loaded.source).replace('known(answer.operation), answer)', '$&.slice(0, 0)');
      return { ...loaded, source };
    },
  });`;

/** What to give to `--import`; it reaches worker threads too. */
export const blindChecker = `data:text/javascript,${encodeURIComponent(hook)}`;

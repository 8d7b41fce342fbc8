/** The entries of the package, read from the exports of its manifest so that none can be forgotten. */

/** Of a package.json, what is read here. */
export interface Manifest {
  name: string;
  exports: Record<string, string | Record<string, string>>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** What `import` is written with, and what is to be found there. */
export interface PackageEntry {
  specifier: string;
  /** `types`: nothing at run time. `file`: no module, but a file that can be found by this name. */
  kind: 'module' | 'types' | 'file';
}

/** Every entry. Throws for one of a kind that no test here covers. */
export function entriesOf({ name, exports }: Manifest): PackageEntry[] {
  return Object.entries(exports).map(([path, target]) => {
    const specifier = path.replace('.', name);
    if (typeof target === 'string') return { specifier, kind: 'file' };
    const conditions = Object.keys(target).join();
    if (conditions === 'types,default') return { specifier, kind: 'module' };
    if (conditions === 'types') return { specifier, kind: 'types' };
    throw new Error(`${specifier} has the conditions ${conditions}: say in entries.ts how to test them.`);
  });
}

/** Tools that are no npm packages: looked for before anything is touched, and named in one line where they are missing. */
import { spawnSync } from 'node:child_process';

/** What each is asked for its version with, and the Debian package that has it. */
const TOOLS = {
  java: { args: ['-version'], debian: 'default-jre-headless', for: 'openapi-generator' },
  go: { args: ['version'], debian: 'golang-go', for: 'oasdiff' },
  python3: { args: ['--version'], debian: 'python3-venv', for: 'Schemathesis' },
} as const;

/** Throws an Error that says what is missing, what for, and how Debian calls it. */
export function requireTool(name: keyof typeof TOOLS): void {
  const { args, debian, for: user } = TOOLS[name];
  const { error, status } = spawnSync(name, args, { stdio: 'ignore' });
  if (error || status !== 0) {
    throw new Error(`${user} needs ${name}, which this machine lacks: apt-get install ${debian}`);
  }
}

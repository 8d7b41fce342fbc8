/* The file that Dredd loads. It can load CommonJS only, and gives `hooks` to no other file. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
require('./hooks.ts').register(require('hooks'));

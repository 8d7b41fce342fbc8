/** Every fault, by what is wrong. */
export { codes, ids } from './answers.ts';
export { connecting } from './connecting.ts';
export { connection } from './connection.ts';
export { encodings } from './encodings.ts';
export { json } from './json.ts';
export { lengths } from './lengths.ts';
export { malformed } from './malformed.ts';
export { resends } from './resends.ts';
export { floods, stalls } from './stalls.ts';
export { statuses } from './statuses.ts';
export { waits } from './waits.ts';

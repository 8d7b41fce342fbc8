export { alarmsOf } from './run.ts';

export { wrap } from '../shared/print.ts';

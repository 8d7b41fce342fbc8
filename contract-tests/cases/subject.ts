export { readOperation as readSubject } from './operation.ts';

export * from '../shared/print.ts';

export * from '../../spec/contract.ts';

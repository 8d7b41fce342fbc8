/* tslint:disable */
/* eslint-disable */
export * from './VirtualAccountApi.js';

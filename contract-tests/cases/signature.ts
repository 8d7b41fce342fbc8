export { basicToken, sign } from './request.ts';

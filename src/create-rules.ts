import {
  validateCreateRequest,
  validateCreateSuccess,
} from '../generated/validators/createVirtualAccount.js';
import type { Rules } from './operations.js';

/** The rules of `POST /va`, apart from the others because few need them. */
export const createRules: Rules = { isRequest: validateCreateRequest, isSuccess: validateCreateSuccess };

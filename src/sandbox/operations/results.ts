import type { OperationResult } from './operation.types.js';

/** Error codes of the sandbox [I]: S-360 publishes none for these services. */
export const PARAMETER_MISSING = 'error.parameter.missing';
export const TECHNICAL_ERROR = 'error.technical';

export function success(members: Readonly<Record<string, unknown>> = {}): OperationResult {
  return { statusCode: 'success', ...members };
}

/** A refusal inside an HTTP 200 answer. */
export function failure(statusCode: string, statusDetail: string): OperationResult {
  return { statusCode, statusDetail };
}

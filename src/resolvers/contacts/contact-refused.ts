import type { ContactRefusal } from '../../services/contacts/contacts.types.js';
import { UpstreamUserErrorType } from '../orders/order-user-errors.types.js';
import { SimpleUserErrorType, type UserErrorType } from '../user-errors.types.js';

/** A refusal as the type that has its facts. */
export function contactRefusedAs(refusal: ContactRefusal): UserErrorType {
  const { upstreamCode } = refusal;
  return upstreamCode === null
    ? new SimpleUserErrorType(refusal)
    : new UpstreamUserErrorType(refusal, { kind: 'upstream', upstreamCode });
}

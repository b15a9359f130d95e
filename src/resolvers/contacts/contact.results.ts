import { ID, ObjectType } from 'type-graphql';
import { uncountedConnectionType } from '../connection.types.js';
import { PlainField } from '../plain-field.js';
import { UserErrorType } from '../user-errors.types.js';
import { ContactType } from './contact.types.js';

export const ContactConnectionType = uncountedConnectionType('Contact', () => ContactType);

@ObjectType('ContactPayload', { simpleResolvers: true })
export class ContactPayloadType {
  @PlainField(() => ContactType, { nullable: true, description: 'As it is now; null when it was refused.' })
  readonly contact: ContactType | null;

  @PlainField(() => [UserErrorType], {
    description: 'Why it was refused; empty when it was done. Nothing was changed otherwise.',
  })
  readonly userErrors: readonly UserErrorType[];

  constructor(contact: ContactType | null, userErrors: readonly UserErrorType[]) {
    this.contact = contact;
    this.userErrors = userErrors;
  }
}

@ObjectType('DeleteContactPayload', { simpleResolvers: true })
export class DeleteContactPayloadType {
  @PlainField(() => ID, { nullable: true, description: 'Null when it was refused.' })
  readonly deletedId: string | null;

  @PlainField(() => [UserErrorType])
  readonly userErrors: readonly UserErrorType[];

  constructor(deletedId: string | null, userErrors: readonly UserErrorType[]) {
    this.deletedId = deletedId;
    this.userErrors = userErrors;
  }
}

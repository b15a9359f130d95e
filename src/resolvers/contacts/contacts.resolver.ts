import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { parseContactId } from '../../domain/contact.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { ContactOutcome } from '../../services/contacts/contacts.types.js';
import { PageArgs } from '../connection.types.js';
import { contactOf, findContact } from './contact-of.js';
import { contactPage } from './contact-page.js';
import { contactRefusedAs } from './contact-refused.js';
import {
  ContactSearchInput,
  CreateContactInputType,
  CriterionInputType,
  SaveContactAddressInputType,
  UpdateContactInputType,
} from './contact.inputs.js';
import { ContactConnectionType, ContactPayloadType, DeleteContactPayloadType } from './contact.results.js';
import { ContactType } from './contact.types.js';
import { selectedParts } from './selected-parts.js';
import { Personal } from '../federation/directives.js';

@ArgsType()
class ContactsArgs extends PageArgs {
  @Field(() => ContactSearchInput)
  readonly search!: ContactSearchInput;
}

@Resolver(() => ContactType)
export class ContactsResolver {
  @Personal()
  @Query(() => ContactType, {
    nullable: true,
    description: 'Null when S-360 knows no such contact. A deleted one is there, INACTIVE.',
  })
  contact(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactType | null> {
    return findContact(context, parseContactId('id', id), info);
  }

  @Personal()
  @Query(() => ContactConnectionType, { description: 'By contact number. One call to S-360 for each page.' })
  contacts(
    @Args(() => ContactsArgs) args: ContactsArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return contactPage(context, args, selectedParts(info, [['nodes'], ['edges', 'node']]));
  }

  @Mutation(() => ContactPayloadType, {
    description:
      'Fails with IN_DOUBT when the answer is lost: the same request again finds out what came of it, and never makes a second contact.',
  })
  async createContact(
    @Arg('input', () => CreateContactInputType) input: CreateContactInputType,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactPayloadType> {
    return payload(await context.contacts.create(context.caller.id, input), context, info);
  }

  @Mutation(() => ContactPayloadType)
  async updateContact(
    @Arg('input', () => UpdateContactInputType) input: UpdateContactInputType,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactPayloadType> {
    return payload(await context.contacts.update(input), context, info);
  }

  @Mutation(() => DeleteContactPayloadType, {
    description: 'Deactivates the contact; S-360 keeps its file. Doing it again changes nothing.',
  })
  async deleteContact(
    @Arg('id', () => ID) id: string,
    @Ctx() { contacts }: RequestContext,
  ): Promise<DeleteContactPayloadType> {
    const { deleted, refusals } = await contacts.delete(id);
    return new DeleteContactPayloadType(
      deleted === null ? null : formatGlobalId(deleted.institution, deleted.s360Id),
      refusals.map(contactRefusedAs),
    );
  }

  @Mutation(() => ContactPayloadType, {
    description:
      'Adds an address to the contact, or changes the one named. An address that is there already is not added again.',
  })
  async saveContactAddress(
    @Arg('input', () => SaveContactAddressInputType) input: SaveContactAddressInputType,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactPayloadType> {
    return payload(await context.contacts.saveAddress(input), context, info);
  }

  @Mutation(() => ContactPayloadType, {
    description: 'When it was the main address, another one becomes it.',
  })
  async removeContactAddress(
    @Arg('contactId', () => ID) contactId: string,
    @Arg('addressId', () => ID) addressId: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactPayloadType> {
    return payload(await context.contacts.removeAddress(contactId, addressId), context, info);
  }

  @Mutation(() => ContactPayloadType, {
    description: 'Sets the criteria named; others stay as they are, and one without values is removed.',
  })
  async setContactCriteria(
    @Arg('contactId', () => ID) contactId: string,
    @Arg('criteria', () => [CriterionInputType]) criteria: CriterionInputType[],
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactPayloadType> {
    return payload(await context.contacts.setCriteria(contactId, criteria), context, info);
  }
}

async function payload(
  { contact, refusals }: ContactOutcome,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ContactPayloadType> {
  const userErrors = refusals.map(contactRefusedAs);
  if (contact === null) return new ContactPayloadType(null, userErrors);
  const { institution, record } = contact;
  const shown =
    record === null
      ? await contactOf(context, contact, info, ['contact'])
      : new ContactType(context.institutions.get(institution)!, record);
  return new ContactPayloadType(shown, userErrors);
}

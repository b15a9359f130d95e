import { Field, ID, InputType } from 'type-graphql';
import type { ContactKind } from '../../domain/contact.js';
import type {
  AddressInput,
  CreateContactInput,
  CriterionInput,
  SaveAddressInput,
  UpdateContactInput,
} from '../../services/contacts/contacts.types.js';
import { ContactKindEnum } from './contact.types.js';

@InputType('ContactSearch', {
  description: 'All that is given must hold; at least one beside the institution.',
})
export class ContactSearchInput {
  @Field(() => ID, { description: 'Its code.' })
  readonly institution!: string;

  @Field(() => String, { nullable: true, description: 'With its leading zeros.' })
  readonly number?: string | null;

  @Field(() => String, { nullable: true })
  readonly email?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a person or a structure, in whole or in part.' })
  readonly name?: string | null;
}

@InputType('AddressInput', {
  description:
    'Of an address that is changed: what is absent is untouched, what is null or empty is cleared.',
})
export class AddressInputType implements AddressInput {
  @Field(() => String, { nullable: true })
  readonly name?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True makes it the main address in the place of another one; the first one is it anyway.',
  })
  readonly main?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  readonly billing?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  readonly shipping?: boolean | null;

  @Field(() => [String], { description: 'From 1 to 4, in the place of those there were.' })
  readonly lines!: readonly string[];

  @Field(() => String, { nullable: true })
  readonly zipCode?: string | null;

  @Field(() => String, { nullable: true })
  readonly town?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1, two capital letters.' })
  readonly countryCode?: string | null;
}

@InputType('CriterionInput')
export class CriterionInputType implements CriterionInput {
  @Field(() => String)
  readonly code!: string;

  @Field(() => [String], { description: 'All it shall have; none removes the criterion.' })
  readonly values!: readonly string[];
}

@InputType('CreateContactInput', {
  description: 'A structure with a first or last name is created together with that person as its relay.',
})
export class CreateContactInputType implements CreateContactInput {
  @Field(() => ID, { description: 'Code of the institution.' })
  readonly institution!: string;

  @Field(() => ID, {
    description:
      'Chosen by you, at most 200 characters: the same key and the same input give the same contact, however often they are sent.',
  })
  readonly clientRequestId!: string;

  @Field(() => ContactKindEnum, { defaultValue: ContactKindEnum.INDIVIDUAL })
  readonly kind!: ContactKind;

  @Field(() => String, { nullable: true })
  readonly firstName?: string | null;

  @Field(() => String, { nullable: true })
  readonly lastName?: string | null;

  @Field(() => String, { nullable: true })
  readonly structureName?: string | null;

  @Field(() => String, { nullable: true })
  readonly email?: string | null;

  @Field(() => String, { nullable: true })
  readonly phone?: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47, for example `fr`.' })
  readonly language?: string | null;

  @Field(() => AddressInputType, { nullable: true })
  readonly address?: AddressInputType | null;

  @Field(() => [CriterionInputType], { nullable: true })
  readonly criteria?: readonly CriterionInputType[] | null;
}

@InputType('UpdateContactInput', {
  description: 'What is absent is untouched, what is null or empty is cleared.',
})
export class UpdateContactInputType implements UpdateContactInput {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String, { nullable: true })
  readonly firstName?: string | null;

  @Field(() => String, { nullable: true })
  readonly lastName?: string | null;

  @Field(() => String, { nullable: true })
  readonly structureName?: string | null;

  @Field(() => String, { nullable: true })
  readonly email?: string | null;

  @Field(() => String, { nullable: true })
  readonly phone?: string | null;

  @Field(() => String, { nullable: true })
  readonly language?: string | null;
}

@InputType('SaveContactAddressInput')
export class SaveContactAddressInputType implements SaveAddressInput {
  @Field(() => ID)
  readonly contactId!: string;

  @Field(() => ID, { nullable: true, description: 'The address to change; without it one is added.' })
  readonly addressId?: string | null;

  @Field(() => AddressInputType)
  readonly address!: AddressInputType;
}

import { ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Contact, ContactAddress, ContactKind, Criterion } from '../../domain/contact.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { Institution } from '../../services/institution.types.js';
import { loaded } from '../catalog/loaded.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { PlainField } from '../plain-field.js';
import { Key, Personal } from '../federation/directives.js';

export const ContactKindEnum = {
  INDIVIDUAL: 'INDIVIDUAL',
  STRUCTURE: 'STRUCTURE',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<ContactKind, ContactKind>;

registerEnumType(ContactKindEnum, {
  name: 'ContactKind',
  valuesConfig: {
    INDIVIDUAL: { description: 'A natural person.' },
    STRUCTURE: { description: 'A company, school or association.' },
    UNKNOWN: { description: 'A kind that S-360 added since.' },
  },
});

@ObjectType('Address', { simpleResolvers: true })
export class AddressType {
  constructor(
    private readonly institution: string,
    private readonly record: ContactAddress,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.institution, this.record.id);
  }

  @PlainField(() => String, { nullable: true })
  get name(): string | null {
    return this.record.name;
  }

  @PlainField(() => Boolean, { description: 'One address of a contact is the main one.' })
  get main(): boolean {
    return this.record.isMain;
  }

  @PlainField(() => Boolean)
  get billing(): boolean {
    return this.record.isBilling;
  }

  @PlainField(() => Boolean)
  get shipping(): boolean {
    return this.record.isShipping;
  }

  @PlainField(() => [String], { description: 'Street and number, building, c/o: at most four.' })
  get lines(): readonly string[] {
    return this.record.lines;
  }

  @PlainField(() => String, { nullable: true })
  get zipCode(): string | null {
    return this.record.zipCode;
  }

  @PlainField(() => String, { nullable: true })
  get town(): string | null {
    return this.record.town;
  }

  @PlainField(() => String, { nullable: true, description: 'ISO 3166-1, two letters.' })
  get countryCode(): string | null {
    return this.record.countryCode;
  }
}

@ObjectType('Criterion', {
  description: 'What the institution notes of its contacts.',
  simpleResolvers: true,
})
export class CriterionType {
  constructor(private readonly record: Criterion) {}

  @PlainField(() => String)
  get code(): string {
    return this.record.code;
  }

  @PlainField(() => [String])
  get values(): readonly string[] {
    return this.record.values;
  }
}

/** Either the record with the parts that the operation asks for, or the number alone where it asks for nothing else. */
@Key('id')
@Personal()
@ObjectType('Contact', {
  description: "A person's or structure's file at one institution.",
  simpleResolvers: true,
})
export class ContactType {
  constructor(
    readonly owner: Institution,
    readonly record: Pick<Contact, 'number'> & Partial<Contact>,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.owner.code, this.record.number);
  }

  @PlainField(() => String, { description: "S-360's contact number: a text, its leading zeros count." })
  get number(): string {
    return this.record.number;
  }

  @PlainField(() => InstitutionType)
  get institution(): InstitutionType {
    return new InstitutionType(this.owner, loaded(this.owner).snapshot);
  }

  @PlainField(() => ContactKindEnum)
  get kind(): ContactKind {
    return this.record.kind ?? 'UNKNOWN';
  }

  @PlainField(() => String, { nullable: true, description: "S-360's word, like PUBLIC or RELAY." })
  get role(): string | null {
    return this.record.role ?? null;
  }

  @PlainField(() => String, {
    nullable: true,
    description: "S-360's word: ACTIVE, or INACTIVE once deleted.",
  })
  get state(): string | null {
    return this.record.state ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get firstName(): string | null {
    return this.record.firstName ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get lastName(): string | null {
    return this.record.lastName ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get structureName(): string | null {
    return this.record.structureName ?? null;
  }

  @PlainField(() => String, { nullable: true, description: 'Several contacts may share one.' })
  get email(): string | null {
    return this.record.email ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get phone(): string | null {
    return this.record.phone ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get language(): string | null {
    return this.record.language ?? null;
  }

  @PlainField(() => [AddressType])
  get addresses(): AddressType[] {
    return (this.record.addresses ?? []).map((address) => new AddressType(this.owner.code, address));
  }

  @PlainField(() => [CriterionType])
  get criteria(): CriterionType[] {
    return (this.record.criteria ?? []).map((criterion) => new CriterionType(criterion));
  }
}

import { UpstreamFaultError, type UpstreamCall } from '../errors.js';
import type { Contact } from '../domain/contact.js';
import { ofContacts, ofNewContact } from './contact-identity.js';
import {
  addressData,
  contactChangeData,
  criteriaData,
  mapContact,
  newContactData,
} from './contacts-mapping.js';
import type { ContactRefusalReason, ContactSource } from './contacts.types.js';
import type { WireObject } from './s360/answer-decoder.js';
import type { S360Client } from './s360/client.js';
import { createContactCalls } from './s360/contact-service.js';
import {
  CONTACT_METHODS,
  LOGIN_TAKEN,
  MOST_FOUND,
  UNKNOWN_ADDRESS,
  UNKNOWN_CONTACT,
} from './s360/contact-words.js';

const SERVICE = 'ContactInformationPublicService';

/** The contact files of one institution. */
export function createContactSource(client: S360Client, institution: string): ContactSource {
  const calls = createContactCalls(client, institution);

  const callOf = (method: string): UpstreamCall => ({ institution, service: SERVICE, method });

  function contactOf(method: string, wire: WireObject): Contact {
    return mapContact(callOf(method), wire, {
      toOurs: (upstreamMs) => client.upstreamClock.toOurs(upstreamMs),
      onUnknownWord: (path, word) => client.driftLog.note(SERVICE, path, 'unknown-value', word),
    });
  }

  function askedContact(method: string, numbers: readonly string[], wire: WireObject): Contact {
    return ofContacts(callOf(method), numbers, contactOf(method, wire));
  }

  return {
    async byNumbers(numbers, parts) {
      const [first, ...others] = numbers;
      if (first === undefined) return [];
      if (others.length === 0) {
        const wire = await calls.getContactData(first, parts);
        return [wire === null ? null : askedContact(CONTACT_METHODS.read, numbers, wire)];
      }
      const found = new Map<string, Contact>();
      for (let start = 0; start < numbers.length; start += MOST_FOUND) {
        const contactNumbers = numbers.slice(start, start + MOST_FOUND);
        const search = { contactNumbers, firstResult: 0, maxResults: contactNumbers.length };
        for (const wire of await calls.searchContact(search, parts)) {
          const contact = askedContact(CONTACT_METHODS.search, contactNumbers, wire);
          found.set(contact.number, contact);
        }
      }
      return numbers.map((number) => found.get(number) ?? null);
    },
    async search({ number, email, name }, { parts, offset, limit }) {
      const search = {
        contactNumbers: number === null ? undefined : [number],
        email: email ?? undefined,
        name: name ?? undefined,
        firstResult: offset,
        maxResults: limit,
      };
      const found = await calls.searchContact(search, parts);
      return found.map((wire) =>
        number === null
          ? contactOf(CONTACT_METHODS.search, wire)
          : askedContact(CONTACT_METHODS.search, [number], wire),
      );
    },
    async create(contact, options) {
      const answer = await calls.createContact(newContactData(contact), options);
      return ofNewContact(callOf(CONTACT_METHODS.create), contact, contactOf(CONTACT_METHODS.create, answer));
    },
    async update(number, kind, change) {
      const answer = await calls.updateContact(number, contactChangeData(kind, change));
      return askedContact(CONTACT_METHODS.update, [number], answer);
    },
    delete: (number) => calls.deleteContact(number),
    async saveAddress(number, addressId, address) {
      const answer = await calls.addOrUpdateAddress(number, addressData(addressId, address));
      return askedContact(CONTACT_METHODS.saveAddress, [number], answer);
    },
    async removeAddress(number, addressId) {
      const answer = await calls.removeAddress(number, addressId);
      return askedContact(CONTACT_METHODS.removeAddress, [number], answer);
    },
    async setCriteria(number, criteria) {
      const answer = await calls.updateCriteria(number, criteriaData(criteria));
      return askedContact(CONTACT_METHODS.setCriteria, [number], answer);
    },
  };
}

/** Null when the error is no refusal: then nothing is known of the act, or it was never asked for. */
export function whyRefused(error: unknown): ContactRefusalReason | null {
  if (!(error instanceof UpstreamFaultError) || error.fate !== 'refused') return null;
  return REASONS.get(error.upstreamCode) ?? 'other';
}

const REASONS: ReadonlyMap<string, ContactRefusalReason> = new Map([
  [UNKNOWN_CONTACT, 'unknown contact'],
  [UNKNOWN_ADDRESS, 'unknown address'],
  [LOGIN_TAKEN, 'login taken'],
]);

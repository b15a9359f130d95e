import { UpstreamFaultError, type UpstreamCall } from '../errors.js';
import type { Contact } from '../domain/contact.js';
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

  function contactOf(method: string, wire: WireObject): Contact {
    const call: UpstreamCall = { institution, service: SERVICE, method };
    return mapContact(call, wire, {
      toOurs: (upstreamMs) => client.upstreamClock.toOurs(upstreamMs),
      onUnknownWord: (path, word) => client.driftLog.note(SERVICE, path, 'unknown-value', word),
    });
  }

  return {
    async byNumbers(numbers, parts) {
      const [first, ...others] = numbers;
      if (first === undefined) return [];
      if (others.length === 0) {
        const wire = await calls.getContactData(first, parts);
        return [wire === null ? null : contactOf(CONTACT_METHODS.read, wire)];
      }
      const found = new Map<string, Contact>();
      for (let start = 0; start < numbers.length; start += MOST_FOUND) {
        const contactNumbers = numbers.slice(start, start + MOST_FOUND);
        const search = { contactNumbers, firstResult: 0, maxResults: contactNumbers.length };
        for (const wire of await calls.searchContact(search, parts)) {
          const contact = contactOf(CONTACT_METHODS.search, wire);
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
      return found.map((wire) => contactOf(CONTACT_METHODS.search, wire));
    },
    async create(contact, options) {
      return contactOf(CONTACT_METHODS.create, await calls.createContact(newContactData(contact), options));
    },
    async update(number, kind, change) {
      const answer = await calls.updateContact(number, contactChangeData(kind, change));
      return contactOf(CONTACT_METHODS.update, answer);
    },
    delete: (number) => calls.deleteContact(number),
    async saveAddress(number, addressId, address) {
      const answer = await calls.addOrUpdateAddress(number, addressData(addressId, address));
      return contactOf(CONTACT_METHODS.saveAddress, answer);
    },
    async removeAddress(number, addressId) {
      return contactOf(CONTACT_METHODS.removeAddress, await calls.removeAddress(number, addressId));
    },
    async setCriteria(number, criteria) {
      const answer = await calls.updateCriteria(number, criteriaData(criteria));
      return contactOf(CONTACT_METHODS.setCriteria, answer);
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

import { UpstreamFaultError, UpstreamShapeError } from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import type { S360Client, S360Request } from './client.js';
import type { ContactCalls } from './contact-calls.types.js';
import { CONTACT_METHODS, detailsOf, UNKNOWN_CONTACT } from './contact-words.js';
import type { SoapArguments } from './soap-call.js';
import { objectsIn } from './wire-values.js';

const SERVICE = 'ContactInformationPublicService';

/** `ContactInformationPublicService` v2_21 of one institution. */
export function createContactCalls(client: S360Client, institution: string): ContactCalls {
  const request = (method: string, args: SoapArguments): S360Request => ({
    service: SERVICE,
    method,
    args,
    lane: 'contacts',
  });

  async function write(
    method: string,
    args: SoapArguments,
    options: Pick<S360Request, 'sendBefore'> = {},
  ): Promise<WireObject> {
    const { state, result } = await client.write({ ...request(method, args), ...options });
    if (state === 'done') return result;
    throw new UpstreamShapeError({ institution, service: SERVICE, method }, 'S-360 still works on it');
  }

  return {
    async getContactData(contactNumber, parts) {
      try {
        return await client.call(request(CONTACT_METHODS.read, { contactNumber, details: detailsOf(parts) }));
      } catch (error) {
        if (error instanceof UpstreamFaultError && error.upstreamCode === UNKNOWN_CONTACT) return null;
        throw error;
      }
    },
    async searchContact({ contactNumbers, email, name, firstResult, maxResults }, parts) {
      const result = await client.call(
        request(CONTACT_METHODS.search, {
          contactNumbers,
          email,
          name,
          details: detailsOf(parts),
          firstResult: String(firstResult),
          maxResults: String(maxResults),
        }),
      );
      return objectsIn(result, 'contacts');
    },
    createContact: (contactData, options) => write(CONTACT_METHODS.create, { contactData }, options),
    updateContact: (contactNumber, contactData) =>
      write(CONTACT_METHODS.update, { contactNumber, contactData }),
    async deleteContact(contactNumber) {
      await write(CONTACT_METHODS.delete, { contactNumber });
    },
    addOrUpdateAddress: (contactNumber, address) =>
      write(CONTACT_METHODS.saveAddress, { contactNumber, address }),
    removeAddress: (contactNumber, contactAddressId) =>
      write(CONTACT_METHODS.removeAddress, { contactNumber, contactAddressId }),
    updateCriteria: (contactNumber, contactCriteria) =>
      write(CONTACT_METHODS.setCriteria, { contactNumber, contactCriteria }),
  };
}

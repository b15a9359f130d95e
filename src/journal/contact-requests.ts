import type { Selectable } from 'kysely';
import type { Journal } from './database.js';
import type { ContactRequestRow } from './tables.js';

/** Whose request it is; `clientRequest` is a hash of the client's key. */
export interface ContactRequestKey {
  readonly caller: string;
  readonly institution: string;
  readonly clientRequest: string;
}

/** A contact that was asked for, as far as the journal knows. */
export interface ContactRequest extends ContactRequestKey {
  readonly fingerprint: string;
  readonly attempt: number;
  /** Epoch ms, of the last attempt. */
  readonly sentAt: number;
  /** Epoch ms: until then somebody is at it; from then on, without a number, it is in doubt. */
  readonly busyUntil: number;
  readonly contactNumber: string | null;
}

export interface Attempt {
  readonly sentAt: number;
  readonly busyUntil: number;
}

/**
 * What the gateway was asked to create, durable before S-360 is called and after. A row without a number whose
 * attempt is over may or may not have made a contact; a request that surely made none has no row. Every method
 * rejects when the journal cannot be used, with nothing half written. Changes are tied to an attempt: whoever was
 * overtaken by another one changes nothing and is answered false.
 */
export interface ContactRequests {
  /** Decides the race for the key: true for the one whose attempt is written down now. */
  begin(request: ContactRequestKey & { readonly fingerprint: string }, attempt: Attempt): Promise<boolean>;
  find(key: ContactRequestKey): Promise<ContactRequest | null>;
  /** False also when another request has this contact already. */
  created(request: ContactRequest, contactNumber: string): Promise<boolean>;
  /** The answer is lost: from now on it is in doubt. */
  lost(request: ContactRequest): Promise<boolean>;
  /** Nothing was done: the key is free again. */
  release(request: ContactRequest): Promise<boolean>;
  /** Another attempt after one that surely did nothing; one of those who try wins. */
  beginAgain(request: ContactRequest, attempt: Attempt): Promise<boolean>;
  /** Whether another request for an equal contact may be under way at `now`: then nobody can say whose a new one is. */
  isRivaled(
    request: ContactRequestKey,
    rivalry: { readonly fingerprints: readonly string[]; readonly now: number },
  ): Promise<boolean>;
  /** Forgets what was sent before `before`: its key is free again. */
  forget(before: number): Promise<void>;
  /** Which of these contacts came of a request. */
  taken(institution: string, contactNumbers: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createContactRequests(journal: Journal): ContactRequests {
  const open = ({ caller, institution, clientRequest, attempt }: ContactRequest) =>
    journal
      .updateTable('contact_request')
      .where('caller', '=', caller)
      .where('institution', '=', institution)
      .where('client_request', '=', clientRequest)
      .where('attempt', '=', attempt)
      .where('contact_number', 'is', null);

  return {
    async begin({ caller, institution, clientRequest, fingerprint }, { sentAt, busyUntil }) {
      const { numInsertedOrUpdatedRows } = await journal
        .insertInto('contact_request')
        .values({
          caller,
          institution,
          client_request: clientRequest,
          fingerprint,
          attempt: 1,
          sent_at: sentAt,
          busy_until: busyUntil,
          contact_number: null,
        })
        .onConflict((conflict) => conflict.columns(['caller', 'institution', 'client_request']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async find({ caller, institution, clientRequest }) {
      const row = await journal
        .selectFrom('contact_request')
        .selectAll()
        .where('caller', '=', caller)
        .where('institution', '=', institution)
        .where('client_request', '=', clientRequest)
        .executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
    async created(request, contactNumber) {
      const { numUpdatedRows } = await open(request)
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('contact_request as other')
                .select('other.attempt')
                .where('other.institution', '=', request.institution)
                .where('other.contact_number', '=', contactNumber),
            ),
          ),
        )
        .set({ contact_number: contactNumber })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    async lost(request) {
      const { numUpdatedRows } = await open(request).set({ busy_until: 0 }).executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    async release({ caller, institution, clientRequest, attempt }) {
      const { numDeletedRows } = await journal
        .deleteFrom('contact_request')
        .where('caller', '=', caller)
        .where('institution', '=', institution)
        .where('client_request', '=', clientRequest)
        .where('attempt', '=', attempt)
        .where('contact_number', 'is', null)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
    async beginAgain(request, { sentAt, busyUntil }) {
      const { numUpdatedRows } = await open(request)
        .set({ attempt: request.attempt + 1, sent_at: sentAt, busy_until: busyUntil })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    async isRivaled({ caller, institution, clientRequest }, { fingerprints, now }) {
      const rival = await journal
        .selectFrom('contact_request')
        .select('attempt')
        .where('institution', '=', institution)
        .where('fingerprint', 'in', fingerprints)
        .where('contact_number', 'is', null)
        .where('busy_until', '>', now)
        .where((where) =>
          where.or([where('caller', '<>', caller), where('client_request', '<>', clientRequest)]),
        )
        .limit(1)
        .executeTakeFirst();
      return rival !== undefined;
    },
    async forget(before) {
      await journal.deleteFrom('contact_request').where('sent_at', '<', before).execute();
    },
    async taken(institution, contactNumbers) {
      if (contactNumbers.length === 0) return new Set();
      const rows = await journal
        .selectFrom('contact_request')
        .select('contact_number')
        .where('institution', '=', institution)
        .where('contact_number', 'in', contactNumbers)
        .execute();
      return new Set(rows.flatMap(({ contact_number: number }) => number ?? []));
    },
  };
}

function recordOf(row: Selectable<ContactRequestRow>): ContactRequest {
  return {
    caller: row.caller,
    institution: row.institution,
    clientRequest: row.client_request,
    fingerprint: row.fingerprint,
    attempt: row.attempt,
    sentAt: row.sent_at,
    busyUntil: row.busy_until,
    contactNumber: row.contact_number,
  };
}

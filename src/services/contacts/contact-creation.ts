import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { ContactSource } from '../../datasources/contacts.types.js';
import { ALL_CONTACT_PARTS, type Contact, type NewContact } from '../../domain/contact.js';
import { fateOf, InDoubtError, JournalError, UpstreamTimeoutError } from '../../errors.js';
import type {
  Attempt,
  ContactRequest,
  ContactRequestKey,
  ContactRequests,
} from '../../journal/contact-requests.js';
import { contactsLike } from './contact-look-up.js';

export interface ContactCreationOptions {
  readonly requests: ContactRequests;
  /** Of an equal contact one of them is equal; the first one is kept. */
  readonly fingerprintsOf: (contact: NewContact) => readonly [string, ...string[]];
  readonly clock: Clock;
  readonly log: Logger;
  /** Deadline of one call to S-360. */
  readonly callMs: number;
  /** How long S-360 may work on a call whose answer is lost; longer than `callMs`. */
  readonly quarantineMs: number;
}

export type Creation =
  | { readonly kind: 'created'; readonly number: string; readonly record: Contact | null }
  /** The key was used for another contact. */
  | { readonly kind: 'conflict' };

/** Later than this after it was written down nothing is sent, so that "it may be under way" has an end. */
const SEND_WITHIN_MS = 5_000;
/** For the journal, after the deadline of the call. */
const NOTING_MS = 1_000;
/** How often the result of another process is looked for. */
const POLL_MS = 250;
/** Two clocks that agree do so within this. */
const CLOCK_SKEW_MS = 5_000;
/** For whoever repeats a request; then its key is free. */
const KEPT_MS = 30 * 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
/** A client that waits can ask again after this: S-360 may know by then. */
const ASK_AGAIN_MS = 2_000;

/**
 * Creates contacts at most once for each key. The journal is written before S-360 is called and after; what is known
 * to have done nothing frees its key. An answer that is lost leaves the request in doubt: whoever repeats it looks the
 * contact up first and takes it when it is there. That it is not there proves nothing while S-360 may still work on
 * the lost call, so it is sent again only after a look-up later than the quarantine. A key is kept for 30 days.
 */
export class ContactCreation {
  /** Of this process, by key: who comes second waits for the first. */
  readonly #underWay = new Map<string, Promise<void>>();
  #forgetsAt = 0;

  constructor(private readonly options: ContactCreationOptions) {}

  /** Throws InDoubtError while nobody can say, JournalError before anything was sent, UpstreamError when nothing was done. */
  async create(source: ContactSource, key: ContactRequestKey, contact: NewContact): Promise<Creation> {
    const { clock } = this.options;
    const fingerprints = this.options.fingerprintsOf(contact);
    const asked = { ...key, fingerprint: fingerprints[0] };
    await this.#forgetOld();
    const waitUntil = clock.now() + this.#longestAttemptMs;
    for (;;) {
      const attempt = this.#attemptFrom(clock.now());
      if (await this.#begins(asked, attempt)) {
        return this.#send(source, { ...asked, ...attempt, attempt: 1, contactNumber: null }, contact);
      }
      const known = await this.#journaled(() => this.options.requests.find(asked));
      // It did nothing and gave its key back just now.
      if (known === null) continue;
      if (!fingerprints.includes(known.fingerprint)) return { kind: 'conflict' };
      if (known.contactNumber !== null) return created(known.contactNumber, null);
      if (clock.now() >= known.busyUntil) {
        const resolved = await this.#resolve(source, known, contact);
        if (resolved !== null) return resolved;
      } else if (clock.now() >= waitUntil) throw this.#inDoubt(known);
      else await this.#wait(known);
    }
  }

  get #longestAttemptMs(): number {
    return SEND_WITHIN_MS + this.options.callMs + NOTING_MS;
  }

  #attemptFrom(sentAt: number): Attempt {
    return { sentAt, busyUntil: sentAt + this.#longestAttemptMs };
  }

  #begins(asked: Parameters<ContactRequests['begin']>[0], attempt: Attempt): Promise<boolean> {
    return this.#journaled(() => this.options.requests.begin(asked, attempt));
  }

  async #forgetOld(): Promise<void> {
    const now = this.options.clock.now();
    if (now < this.#forgetsAt) return;
    this.#forgetsAt = now + FORGET_EVERY_MS;
    await this.options.requests.forget(now - KEPT_MS).catch((error: unknown) => {
      this.options.log.error({ err: error }, 'old contact requests could not be removed');
    });
  }

  /** Null: somebody else goes on with it. */
  async #resolve(
    source: ContactSource,
    known: ContactRequest,
    contact: NewContact,
  ): Promise<Creation | null> {
    const askedAt = this.options.clock.now();
    const adopted = await this.#adopt(source, known, contact).catch((error: unknown) => {
      throw this.#inDoubt(known, error);
    });
    if (adopted !== null) return adopted;
    if (askedAt < this.#quarantineEnd(known)) throw this.#inDoubt(known);
    const attempt = this.#attemptFrom(this.options.clock.now());
    if (!(await this.#journaled(() => this.options.requests.beginAgain(known, attempt)))) return null;
    return this.#send(source, { ...known, ...attempt, attempt: known.attempt + 1 }, contact);
  }

  async #send(source: ContactSource, request: ContactRequest, contact: NewContact): Promise<Creation> {
    const work = this.#attempt(source, request, contact);
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    const key = keyOf(request);
    this.#underWay.set(key, ended);
    try {
      return await work;
    } finally {
      if (this.#underWay.get(key) === ended) this.#underWay.delete(key);
    }
  }

  async #attempt(source: ContactSource, request: ContactRequest, contact: NewContact): Promise<Creation> {
    const { requests } = this.options;
    let made: Contact;
    try {
      made = await source.create(contact, { sendBefore: request.sentAt + SEND_WITHIN_MS });
    } catch (error) {
      if (fateOf(error) !== 'unknown') {
        await this.#noted(() => requests.release(request));
        throw error;
      }
      await this.#noted(() => requests.lost(request));
      // Whoever waited for the whole deadline should not wait for another one.
      const adopted =
        error instanceof UpstreamTimeoutError
          ? null
          : await this.#adopt(source, request, contact).catch(() => null);
      if (adopted !== null) return adopted;
      throw this.#inDoubt(request, error);
    }
    const isOurs = await this.#noted(() => requests.created(request, made.number));
    if (isOurs !== false) return created(made.number, made);
    const known = await this.#numberOf(request);
    if (known !== null) return created(known, null);
    if (await this.#isTaken(request, made.number)) {
      await this.#noted(() => requests.lost(request));
      throw this.#inDoubt(request);
    }
    return created(made.number, made);
  }

  /** By another request: S-360 answered with a contact that it made before. */
  async #isTaken({ institution }: ContactRequest, number: string): Promise<boolean> {
    return (await this.options.requests.taken(institution, [number])).has(number);
  }

  /**
   * Takes the contact that the lost call made, when there is one that no other request has. Each question comes after
   * the one before: a rival writes itself down before its contact can be found, and its number after it.
   */
  async #adopt(
    source: ContactSource,
    request: ContactRequest,
    contact: NewContact,
  ): Promise<Creation | null> {
    const { requests, clock, log } = this.options;
    const createdFrom = request.sentAt - CLOCK_SKEW_MS;
    const found = await contactsLike(source, contact, { createdFrom, parts: ALL_CONTACT_PARTS });
    const rivalry = { fingerprints: this.options.fingerprintsOf(contact), now: clock.now() };
    if (found.length > 0 && (await requests.isRivaled(request, rivalry))) throw this.#inDoubt(request);
    const taken = await requests.taken(
      request.institution,
      found.map(({ number }) => number),
    );
    for (const candidate of found.filter(({ number }) => !taken.has(number))) {
      if (!(await requests.created(request, candidate.number))) continue;
      log.info(
        { institution: request.institution, contactNumber: candidate.number },
        'found the contact of a lost answer',
      );
      return created(candidate.number, candidate);
    }
    // Somebody who looked at the same time was faster.
    const number = await this.#numberOf(request);
    return number === null ? null : created(number, null);
  }

  async #numberOf(request: ContactRequestKey): Promise<string | null> {
    return (await this.options.requests.find(request))?.contactNumber ?? null;
  }

  async #wait(known: ContactRequest): Promise<void> {
    const woken = new AbortController();
    const ended = this.#underWay.get(keyOf(known));
    try {
      await Promise.race([
        this.options.clock.sleep(POLL_MS, woken.signal),
        ...(ended === undefined ? [] : [ended]),
      ]);
    } finally {
      woken.abort();
    }
  }

  #quarantineEnd({ sentAt }: Attempt): number {
    return sentAt + SEND_WITHIN_MS + this.options.quarantineMs;
  }

  #inDoubt(request: ContactRequest, cause?: unknown): InDoubtError {
    const leftMs = Math.max(this.#quarantineEnd(request) - this.options.clock.now(), 0);
    return new InDoubtError(
      'Whether the contact was created is not known yet: repeat the request with the same clientRequestId',
      { cause, retryAfterMs: Math.min(leftMs, ASK_AGAIN_MS) },
    );
  }

  /** Before a call: without the journal none is made. */
  async #journaled<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (cause) {
      throw new JournalError('The request cannot be written down, so S-360 was not asked', { cause });
    }
  }

  /** After a call: what cannot be noted is found out by whoever repeats the request. */
  async #noted(note: () => Promise<boolean>): Promise<boolean | null> {
    try {
      return await note();
    } catch (error) {
      this.options.log.error({ err: error }, 'the end of a contact request could not be written down');
      return null;
    }
  }
}

function created(number: string, record: Contact | null): Creation {
  return { kind: 'created', number, record };
}

function keyOf({ caller, institution, clientRequest }: ContactRequestKey): string {
  return `${institution} ${clientRequest} ${caller}`;
}

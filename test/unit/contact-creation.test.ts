import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../src/domain/contact.js';
import {
  InDoubtError,
  JournalError,
  UpstreamFaultError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import { createContactRequests, type ContactRequests } from '../../src/journal/contact-requests.js';
import { openJournal, type Journal } from '../../src/journal/database.js';
import {
  ContactCreation,
  type ContactCreationOptions,
} from '../../src/services/contacts/contact-creation.js';
import { openSecretKey } from '../../src/secret-key.js';
import { contactFingerprints, contactRequestKey } from '../../src/services/contacts/contact-keys.js';
import { fakeContacts, fingerprintsOf, newContact, type FakeContacts } from '../support/contact-records.js';
import { failureOf } from '../support/failure.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

const CALL = { institution: 'lyric', service: 'ContactInformationPublicService', method: 'createContact' };
const RESET = new UpstreamUnavailableError(CALL, 'the connection broke');
const TIMEOUT = new UpstreamTimeoutError(CALL, 'no answer');
const NO_CONNECTION = new UpstreamUnavailableError(CALL, 'no connection', { fate: 'not done' });
const REFUSED = new UpstreamFaultError(CALL, 'error.contact.loginAlreadyUsed', { fate: 'refused' });
const CALL_MS = 10_000;
const QUARANTINE_MS = 120_000;
/** Sent at the latest this long after it was written down. */
const SEND_WITHIN_MS = 5_000;

interface House extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly s360: FakeContacts;
  readonly requests: ContactRequests;
  readonly journal: Journal;
  /** A process of its own on the same journal. */
  process(options?: Partial<ContactCreationOptions>): ContactCreation;
  create(key?: string, wanted?: ReturnType<typeof newContact>, by?: ContactCreation): Promise<string>;
}

function openHouse(): House {
  const clock = createManualClock();
  const journal = openJournal(':memory:');
  const requests = createContactRequests(journal);
  const s360 = fakeContacts(() => clock.now());
  const process = (options: Partial<ContactCreationOptions> = {}): ContactCreation =>
    new ContactCreation({
      requests,
      fingerprintsOf,
      clock,
      log: pino({ level: 'silent' }),
      callMs: CALL_MS,
      quarantineMs: QUARANTINE_MS,
      ...options,
    });
  const only = process();
  return {
    clock,
    s360,
    requests,
    journal,
    process,
    async create(clientRequestId = 'a', wanted = newContact(), by = only) {
      const key = contactRequestKey('', 'lyric', clientRequestId);
      const creation = await by.create(s360, key, wanted);
      return creation.kind === 'created' ? creation.number : creation.kind;
    },
    [Symbol.asyncDispose]: () => journal.destroy(),
  };
}

function lost(error: Error) {
  return (keep: () => Contact): never => {
    keep();
    throw error;
  };
}

function never(error: Error) {
  return (): never => {
    throw error;
  };
}

describe('the same key', () => {
  it('gives the same contact, however often and in however many processes it is sent', async () => {
    await using house = openHouse();
    const numbers = [
      await house.create(),
      await house.create(),
      await house.create('a', newContact(), house.process()),
    ];
    expect(numbers).toEqual(['100', '100', '100']);
    expect(house.s360.creations).toHaveLength(1);
  });

  it('gives the same contact after the secret that its input is kept under was exchanged', async () => {
    await using house = openHouse();
    await house.create();
    const renewed = house.process({ fingerprintsOf: (wanted) => ['renewed', ...fingerprintsOf(wanted)] });
    expect(await house.create('a', newContact(), renewed)).toBe('100');
    expect(await house.create('a', newContact({ lastName: 'Kunz' }), renewed)).toBe('conflict');
  });

  it('is free again a month later', async () => {
    await using house = openHouse();
    await house.create();
    await house.clock.advance(30 * 24 * 3_600_000);
    expect(await house.create()).toBe('100');
    await house.clock.advance(3_600_000);
    expect(await house.create()).toBe('101');
  });

  it('with another input is a conflict, whether the first is done or in doubt', async () => {
    await using house = openHouse();
    await house.create();
    expect(await house.create('a', newContact({ email: 'other@example.org' }))).toBe('conflict');
    house.s360.next.push(never(RESET));
    await failureOf(house.create('b'));
    expect(await house.create('b', newContact({ lastName: 'Kunz' }))).toBe('conflict');
    expect(house.s360.creations).toHaveLength(2);
  });

  it('never gives a contact that another key has, though S-360 answers with it', async () => {
    await using house = openHouse();
    await house.create('a');
    house.s360.next.push(() => house.s360.kept[0]!);
    expect(await failureOf(house.create('b'))).toBeInstanceOf(InDoubtError);

    await house.clock.advance(SEND_WITHIN_MS + QUARANTINE_MS + 1);
    expect(await house.create('b')).toBe('101');
  });

  it('belongs to one caller and one institution', async () => {
    await using house = openHouse();
    const creation = house.process();
    const wanted = newContact();
    for (const [caller, institution] of [
      ['', 'lyric'],
      ['other', 'lyric'],
      ['', 'arena'],
    ] as const) {
      const key = contactRequestKey(caller, institution, 'a');
      await creation.create(house.s360, key, wanted);
    }
    expect(house.s360.kept).toHaveLength(3);
  });

  it('sent many times at once makes one contact; the others wait for it, in other processes too', async () => {
    await using house = openHouse();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    house.s360.next.push(async (keep) => {
      await answered;
      return keep();
    });
    const other = house.process();
    const all = [1, 2, 3].flatMap(() => [house.create(), house.create('a', newContact(), other)]);
    await house.clock.settle();
    answer();
    await house.clock.advance(1_000);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['100']));
    expect(house.s360.creations).toHaveLength(1);
  });
});

describe('what was surely not done', () => {
  it.each([
    ['not sent', NO_CONNECTION],
    ['refused', REFUSED],
  ])('because it was %s, is said, and the key is free for another try at once', async (_why, error) => {
    await using house = openHouse();
    house.s360.next.push(never(error));
    expect(await failureOf(house.create())).toBe(error);
    expect(await house.create('a', newContact({ email: 'right@example.org' }))).toBe('100');
    expect(house.s360.searches).toBe(0);
  });

  it('with a journal that cannot be written, no call goes out', async () => {
    await using house = openHouse();
    await house.journal.schema.dropTable('contact_request').execute();
    expect(await failureOf(house.create())).toBeInstanceOf(JournalError);
    expect(house.s360.creations).toEqual([]);
  });
});

describe('a lost answer', () => {
  it('after the act is found out at once, by a look-up', async () => {
    await using house = openHouse();
    house.s360.next.push(lost(RESET));
    expect(await house.create()).toBe('100');
    expect(await house.create()).toBe('100');
    expect(house.s360.kept).toHaveLength(1);
  });

  it('that could not be looked up is in doubt; a repetition finds the contact, in another process too', async () => {
    await using house = openHouse();
    house.s360.next.push(lost(RESET));
    house.s360.failSearch = RESET;
    const first = await failureOf(house.create());
    const second = await failureOf(house.create());
    expect([first, second].every((error) => error instanceof InDoubtError)).toBe(true);
    expect(first).toMatchObject({ isRetryable: true, retryAfterMs: 2_000 });
    house.s360.failSearch = null;
    expect(await house.create('a', newContact(), house.process())).toBe('100');
    expect(house.s360.creations).toHaveLength(1);
  });

  it('of a contact without email is looked up by the name', async () => {
    await using house = openHouse();
    house.s360.next.push(lost(RESET));
    expect(await house.create('a', newContact({ email: null, phone: '021 555' }))).toBe('100');
  });

  it('after the deadline makes nobody wait for a look-up', async () => {
    await using house = openHouse();
    house.s360.next.push(lost(TIMEOUT));
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
    expect(house.s360.searches).toBe(0);
    expect(await house.create()).toBe('100');
  });

  it('is not sent again before the quarantine is over, and then once', async () => {
    await using house = openHouse();
    house.s360.next.push(never(RESET));
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
    await house.clock.advance(SEND_WITHIN_MS + QUARANTINE_MS - 1);
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
    expect(house.s360.creations).toHaveLength(1);
    await house.clock.advance(1);
    const other = house.process();
    const all = [house.create(), house.create('a', newContact(), other), house.create()];
    await house.clock.advance(1_000);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['100']));
    expect(house.s360.creations).toHaveLength(2);
  });

  it('whose act comes late, within the quarantine, is found and not repeated', async () => {
    await using house = openHouse();
    let commit = (): unknown => undefined;
    house.s360.next.push((keep) => {
      commit = keep;
      throw TIMEOUT;
    });
    await failureOf(house.create());
    await house.clock.advance(60_000);
    commit();
    expect(await house.create()).toBe('100');
    expect(house.s360.creations).toHaveLength(1);
  });

  it('of a process that died is taken for lost when its time is over, and not before', async () => {
    await using house = openHouse();
    house.s360.next.push(async (keep) => {
      keep();
      return new Promise<Contact>(() => undefined);
    });
    void house.create('a', newContact(), house.process());
    await house.clock.settle();
    const waiting = house.create();
    await house.clock.advance(10_000);
    expect(house.s360.searches).toBe(0);
    await house.clock.advance(7_000);
    expect(await waiting).toBe('100');
    expect(house.s360.creations).toHaveLength(1);
  });

  it('is not taken for a contact that was there before, is another one, or came of another request', async () => {
    await using house = openHouse();
    await house.create('another request');
    await house.clock.advance(60_000);
    house.s360.next.push(never(RESET), never(RESET));
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
    // Somebody else's, later, with the same email.
    house.s360.kept.push({
      ...house.s360.kept[0]!,
      number: '500',
      firstName: 'Ivo',
      createdAt: house.clock.now(),
    });
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
    // An undated one proves nothing.
    house.s360.kept.push({ ...house.s360.kept[0]!, number: '501', createdAt: null });
    expect(await failureOf(house.create())).toBeInstanceOf(InDoubtError);
  });

  it('of two requests for equal contacts is never the same contact', async () => {
    await using house = openHouse();
    house.s360.failSearch = RESET;
    house.s360.next.push(lost(RESET), lost(RESET));
    await failureOf(house.create('a'));
    await failureOf(house.create('b'));
    house.s360.failSearch = null;
    expect(await Promise.all([house.create('a'), house.create('b')])).toEqual(
      expect.arrayContaining(['100', '101']),
    );
  });
});

describe('a lost answer, while an equal contact is being created under another key', () => {
  it('is not taken for that one', async () => {
    await using house = openHouse();
    house.s360.next.push(never(RESET));
    expect(await failureOf(house.create('a'))).toBeInstanceOf(InDoubtError);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    house.s360.next.push(async (keep) => {
      const made = keep();
      await answered;
      return made;
    });
    const other = house.create('b');
    await house.clock.settle();
    expect(house.s360.kept).toHaveLength(1);
    expect(await failureOf(house.create('a'))).toBeInstanceOf(InDoubtError);
    answer();
    expect(await other).toBe('100');
    expect(await failureOf(house.create('a'))).toBeInstanceOf(InDoubtError);
    await house.clock.advance(SEND_WITHIN_MS + QUARANTINE_MS);
    expect([await house.create('a'), await house.create('b')]).toEqual(['101', '100']);
  });
});

describe('the journal', () => {
  it('holds a hash, a signature and the contact number, and nothing of the contact', async () => {
    await using house = openHouse();
    const wanted = newContact({ lastName: 'Canary', email: 'canary@example.org', phone: '021 555 01 17' });
    const secret = await openSecretKey({ secret: 'a secret of at least 32 characters', file: '/nowhere' });
    const signing = house.process({ fingerprintsOf: (contact) => contactFingerprints(secret, contact) });
    await house.create('canary@example.org', wanted, signing);
    const rows = await house.journal.selectFrom('contact_request').selectAll().execute();
    expect(rows).toMatchObject([{ contact_number: '100', caller: '', institution: 'lyric' }]);
    expect(JSON.stringify(rows)).not.toMatch(/canary|555/i);
  });
});

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../src/domain/contact.js';
import {
  InDoubtError,
  UpstreamFaultError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import { createContactRequests } from '../../src/journal/contact-requests.js';
import { openJournal } from '../../src/journal/database.js';
import { createRandom } from '../../src/sandbox/random.js';
import { ContactCreation } from '../../src/services/contacts/contact-creation.js';
import { contactRequestKey } from '../../src/services/contacts/contact-keys.js';
import { fakeContacts, fingerprintsOf, newContact } from '../support/contact-records.js';
import { createManualClock } from '../support/manual-clock.js';

const CALL = { institution: 'lyric', service: 'ContactInformationPublicService', method: 'createContact' };
const CALL_MS = 10_000;
const QUARANTINE_MS = 120_000;
/** The longest that this S-360 works on a call: less than the quarantine. */
const LONGEST_WORK_MS = 110_000;
/** Two clients that want equal contacts, and one that wants another. */
const WANTED = new Map([
  ['a', newContact()],
  ['b', newContact()],
  ['c', newContact({ firstName: 'Ivo', email: null })],
]);
const OUTCOMES = [
  'done',
  'done',
  'reset',
  'reset after',
  'late',
  'not sent',
  'refused',
  'dies',
  'dies after',
] as const;

interface Run {
  /** By key, whatever was answered. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
  readonly kept: readonly Contact[];
}

/** Processes that come and die, clients that repeat, an S-360 that does anything; then quiet, until all is known. */
async function play(seed: number): Promise<Run> {
  const random = createRandom(seed);
  const clock = createManualClock();
  const journal = openJournal(':memory:');
  const requests = createContactRequests(journal);
  const s360 = fakeContacts(() => clock.now());
  let isQuiet = false;
  const process = (): ContactCreation =>
    new ContactCreation({
      fingerprintsOf,
      requests,
      clock,
      log: pino({ level: 'silent' }),
      callMs: CALL_MS,
      quarantineMs: QUARANTINE_MS,
    });
  const forEver = (): Promise<Contact> => new Promise(() => undefined);

  const search = s360.search.bind(s360);
  s360.search = async (...asked) => {
    await clock.sleep(random.between(0, 500));
    if (!isQuiet && random.chance(0.3)) throw new UpstreamUnavailableError(CALL, 'the connection broke');
    return search(...asked);
  };
  const create = s360.create.bind(s360);
  s360.create = async (wanted, options) => {
    const keep = (): Promise<Contact> => create(wanted, options);
    const outcome = isQuiet ? 'done' : random.pick(OUTCOMES);
    await clock.sleep(random.between(0, 4_000));
    switch (outcome) {
      case 'done': {
        const made = await keep();
        await clock.sleep(random.between(0, 4_000));
        return made;
      }
      case 'reset after':
        await keep();
        throw new UpstreamUnavailableError(CALL, 'the connection broke');
      case 'reset':
        throw new UpstreamUnavailableError(CALL, 'the connection broke');
      case 'late':
        void clock.sleep(random.between(0, LONGEST_WORK_MS - 4_000)).then(keep);
        await clock.sleep(CALL_MS - 4_000);
        throw new UpstreamTimeoutError(CALL, 'no answer');
      case 'not sent':
        throw new UpstreamUnavailableError(CALL, 'no connection', { fate: 'not done' });
      case 'refused':
        throw new UpstreamFaultError(CALL, 'error.contact.other', { fate: 'refused' });
      case 'dies':
        return forEver();
      case 'dies after':
        await keep();
        return forEver();
    }
  };

  const answers = new Map<string, string[]>([...WANTED.keys()].map((key) => [key, []]));
  async function ask(by: ContactCreation, name: string): Promise<void> {
    const key = contactRequestKey('', 'lyric', name);
    const wanted = WANTED.get(name)!;
    try {
      const creation = await by.create(s360, key, wanted);
      answers.get(name)!.push(creation.kind === 'created' ? creation.number : creation.kind);
    } catch (error) {
      const isExpected =
        error instanceof InDoubtError ||
        error instanceof UpstreamFaultError ||
        error instanceof UpstreamUnavailableError;
      if (!isExpected) throw error;
    }
  }

  const processes = [process(), process(), process()];
  for (let step = 0; step < 25; step += 1) {
    // Whoever waits for a process that died never hears of it.
    void ask(random.pick(processes), random.pick([...WANTED.keys()]));
    if (random.chance(0.2)) processes[random.between(0, 2)] = process();
    await clock.advance(random.chance(0.1) ? random.between(0, QUARANTINE_MS) : random.between(0, 5_000));
  }
  isQuiet = true;
  for (let round = 0; round < 4; round += 1) {
    await clock.advance(QUARANTINE_MS);
    for (const name of WANTED.keys()) {
      const asking = ask(process(), name);
      await clock.advance(30_000);
      await asking;
    }
  }
  await journal.destroy();
  return { answers, kept: s360.kept };
}

describe('contacts that are asked for again and again, while everything fails', () => {
  it.each(Array.from({ length: 60 }, (_one, index) => index + 1))(
    'come to one contact for each key (seed %i)',
    async (seed) => {
      const { answers, kept } = await play(seed);
      const numbers = [...answers.values()].map((own) => [...new Set(own)]);
      expect(numbers.map((own) => own.length)).toEqual([1, 1, 1]);
      expect(new Set(numbers.flat())).toEqual(new Set(kept.map(({ number }) => number)));
      expect(kept).toHaveLength(WANTED.size);
    },
  );
});

import { expect, it } from 'vitest';
import { createContactRequests, type ContactRequest } from '../../src/journal/contact-requests.js';
import { describeEachJournal } from '../support/journals.js';

const KEY = { caller: '', institution: 'lyric', clientRequest: 'a1' };
const ASKED = { ...KEY, fingerprint: 'f1' };
const ATTEMPT = { sentAt: 1_000, busyUntil: 16_000 };

describeEachJournal('contact requests', (openHome) => {
  it('give a key to the first who asks, and say what was asked for', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    const won = await Promise.all([1, 2, 3].map((sentAt) => requests.begin(ASKED, { sentAt, busyUntil: 9 })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await requests.find(KEY)).toEqual({
      ...ASKED,
      attempt: 1,
      sentAt: won.indexOf(true) + 1,
      busyUntil: 9,
      contactNumber: null,
    });
    for (const other of [{ caller: 'b' }, { institution: 'arena' }, { clientRequest: 'a2' }]) {
      expect(await requests.find({ ...KEY, ...other })).toBeNull();
      expect(await requests.begin({ ...ASKED, ...other }, ATTEMPT)).toBe(true);
    }
  });

  it('keep the number, over a restart, and take no second one', async () => {
    await using home = await openHome();
    const before = createContactRequests(home.journal);
    await before.begin(ASKED, ATTEMPT);
    const request = (await before.find(KEY))!;
    expect(await before.created(request, '0004217')).toBe(true);
    const requests = createContactRequests(await home.restart());
    expect((await requests.find(KEY))?.contactNumber).toBe('0004217');
    expect(await requests.created(request, '0004218')).toBe(false);
    expect(await requests.lost(request)).toBe(false);
    expect(await requests.release(request)).toBe(false);
    expect(await requests.beginAgain(request, ATTEMPT)).toBe(false);
    expect(await requests.taken('lyric', ['0004216', '0004217'])).toEqual(new Set(['0004217']));
    expect(await requests.taken('arena', ['0004217'])).toEqual(new Set());
    expect(await requests.taken('lyric', [])).toEqual(new Set());
  });

  it('let no two requests have the same contact', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    const rows: ContactRequest[] = [];
    for (const clientRequest of ['a1', 'a2']) {
      await requests.begin({ ...ASKED, clientRequest }, ATTEMPT);
      rows.push((await requests.find({ ...KEY, clientRequest }))!);
    }
    expect(await requests.created(rows[0]!, '7')).toBe(true);
    expect(await requests.created(rows[1]!, '7')).toBe(false);
    await requests.begin({ ...ASKED, institution: 'arena' }, ATTEMPT);
    const elsewhere = (await requests.find({ ...KEY, institution: 'arena' }))!;
    expect(await requests.created(elsewhere, '7')).toBe(true);
  });

  it('are sent again by one only, and whoever was overtaken changes nothing', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    await requests.begin(ASKED, ATTEMPT);
    const first = (await requests.find(KEY))!;
    expect(await requests.lost(first)).toBe(true);
    expect((await requests.find(KEY))?.busyUntil).toBe(0);
    const again = { sentAt: 200_000, busyUntil: 216_000 };
    const won = await Promise.all([1, 2].map(() => requests.beginAgain(first, again)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await requests.find(KEY)).toMatchObject({ attempt: 2, ...again });
    expect(await requests.created(first, '7')).toBe(false);
    expect(await requests.release(first)).toBe(false);
  });

  it('have a rival while an equal contact may be under way, at the same institution', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    const begin = async (changes: Partial<typeof ASKED>): Promise<ContactRequest> => {
      await requests.begin({ ...ASKED, ...changes }, ATTEMPT);
      return (await requests.find({ ...KEY, ...changes }))!;
    };
    const own = await begin({});
    await begin({ clientRequest: 'a2', fingerprint: 'f2' });
    await begin({ institution: 'arena' });
    const isRivaled = (now: number, fingerprints = ['f0', 'f1']): Promise<boolean> =>
      requests.isRivaled(own, { fingerprints, now });
    expect(await isRivaled(15_999)).toBe(false);
    const rival = await begin({ clientRequest: 'a3' });
    expect(await isRivaled(15_999)).toBe(true);
    expect(await isRivaled(16_000)).toBe(false);
    await requests.created(rival, '7');
    expect(await isRivaled(15_999)).toBe(false);
    await begin({ caller: 'b' });
    expect(await isRivaled(15_999)).toBe(true);
    expect(await isRivaled(15_999, ['f0'])).toBe(false);
  });

  it('are forgotten by their age, and their keys free', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    const [old, recent] = [
      { ...ASKED, clientRequest: 'old' },
      { ...ASKED, clientRequest: 'recent' },
    ];
    await requests.begin(old, { sentAt: 999, busyUntil: 1_500 });
    await requests.begin(recent, { sentAt: 1_000, busyUntil: 1_500 });
    await requests.forget(1_000);
    expect(await requests.find(old)).toBeNull();
    expect(await requests.find(recent)).not.toBeNull();
    expect(await requests.begin(old, ATTEMPT)).toBe(true);
  });

  it('free a key when nothing was done', async () => {
    await using home = await openHome();
    const requests = createContactRequests(home.journal);
    await requests.begin(ASKED, ATTEMPT);
    expect(await requests.release((await requests.find(KEY))!)).toBe(true);
    expect(await requests.begin({ ...ASKED, fingerprint: 'f2' }, ATTEMPT)).toBe(true);
  });
});

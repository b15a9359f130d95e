import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJournalFile } from '../../src/journal/database.js';
import type { FaultScript } from '../../src/sandbox/faults.js';
import { temporaryFolder } from '../support/gateway.js';
import { surviveKills } from '../support/order-crashes.js';
import { SHORT_WAITS } from '../support/order-house.js';

/** An S-360 that takes from nothing to 6 s, and loses three of a hundred calls: half of them before the act, half after it. */
const FAULTS: readonly FaultScript[] = ['ExternalOrderFacade', 'ExternalOrderService'].flatMap(
  (service): FaultScript[] => [
    { service, kind: 'delayBefore', delayMs: 6_000, probability: 0.05 },
    { service, kind: 'delayBefore', delayMs: 2_500, probability: 0.1 },
    { service, kind: 'delayAfter', delayMs: 1_500, probability: 0.1 },
    { service, kind: 'resetBefore', probability: 0.01 },
    { service, kind: 'resetAfter', probability: 0.015 },
    { service, kind: 'http500', probability: 0.005 },
  ],
);

it(
  'a gateway that is killed while S-360 is slow and loses calls sells every order once, by the books of S-360',
  async () => {
    const cacheDir = await temporaryFolder();
    const { found } = await surviveKills({
      env: {
        ...SHORT_WAITS,
        // Longer than S-360 may be at work: its 8.5 s, after a call that left late.
        S360_QUARANTINE_MS: '12000',
        CACHE_DIR: cacheDir,
      },
      openJournal: () => openJournalFile(join(cacheDir, 'journal.sqlite')),
      kills: 15,
      longestLifeMs: 2_000,
      latencyMs: 40,
      faults: FAULTS,
    });
    expect([...found]).toContain('IN_DOUBT');
  },
  15 * 60_000,
);

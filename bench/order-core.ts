import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createStore } from '../src/cache/store.js';
import { systemClock } from '../src/clock.js';
import { readConfig } from '../src/config/config.js';
import { openInstitution } from '../src/gateway/institution.js';
import { createColorLog } from '../src/journal/color-log.js';
import type { Journal } from '../src/journal/database.js';
import { createOrderJournal } from '../src/journal/order-journal.js';
import { openSecretKey } from '../src/secret-key.js';
import { createAvailabilityFeed } from '../src/services/availability/availability-feed.js';
import { createOrders } from '../src/services/orders/orders.js';
import type { Orders } from '../src/services/orders/orders.types.js';
import { settingsFor, type TestInstitution } from '../test/support/gateway.js';
import { timedJournal, timedOrderJournal } from './timed-journal.js';

export interface OrderCore extends AsyncDisposable {
  readonly orders: Orders;
}

/** The orders of one institution in this process, as the gateway builds them, with both journals timed. */
export async function startOrderCore(
  institution: TestInstitution,
  journal: Journal,
  settings: Readonly<Record<string, string>>,
): Promise<OrderCore> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  const { contract, institutions: configured } = readConfig(
    { ...settingsFor([institution]), ...settings },
    folder,
  );
  const log = pino({ level: 'silent' });
  const clock = systemClock;
  const colorLog = await createColorLog({ journal, clock });
  const feed = createAvailabilityFeed({ institutions: new Map(), colorLog, clock });
  const opened = await openInstitution(configured![0]!, {
    contract,
    journal: timedJournal(journal),
    store: createStore({ dir: null, log }),
    colorLog,
    feed,
    clock,
    log,
  });
  opened.start();
  while (opened.catalog.current() === null) await new Promise((resolve) => setTimeout(resolve, 50));
  const running = createOrders({
    journal: timedOrderJournal(
      createOrderJournal(journal, {
        sealing: await openSecretKey({ secret: null, file: join(folder, 'secret.key') }),
      }),
    ),
    institutions: new Map([[institution.code, opened.orderPart]]),
    clock,
    timing: {
      minuteMs: contract.minuteMs,
      callMs: contract.deadlines.orderMs,
      readMs: contract.deadlines.callMs,
      quarantineMs: contract.quarantineMs,
    },
    log,
  });
  running.start();
  return {
    orders: running.orders,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await opened.stop();
      await feed.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

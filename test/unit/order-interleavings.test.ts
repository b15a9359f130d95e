import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  script,
  SERVED_WELL,
  type Act,
  type CallPlan,
  type Script,
} from '../support/order-simulation/script.js';
import { simulatedCatalog, Simulation } from '../support/order-simulation/simulation.js';

const SEEDS = [1, 2, 3];
/** Of every seed; a world takes some 20 ms. */
const RUNS = 250;
/** What the machine of the moment cannot do in this time is left to the next run. */
const LIMIT_MS = 20_000 / (SEEDS.length + 1);

describe('orders, whatever order things happen in', () => {
  it.each([...SEEDS, Date.now() % 2 ** 31])(
    'are sold once, told truly and never left in doubt (seed %i)',
    async (seed) => {
      const snapshot = await simulatedCatalog();
      const worlds = fc.asyncProperty(script, (each) => new Simulation(each, snapshot).run());
      const limits = { interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false };
      const details = await fc.check(worlds, { seed, numRuns: RUNS, ...limits });
      const story = `${String(details.errorInstance)}\n${fc.defaultReportMessage(details)}`;
      expect(details.failed ? story : '').toBe('');
      expect(details.numRuns).toBeGreaterThan(10);
    },
  );
});

const HOLD: Act = { kind: 'create', basket: 0, quantity: 2, places: false };
const PLACE: Act = { kind: 'create', basket: 0, quantity: 2, places: true };
const ADD: Act = { kind: 'update', basket: 0, request: 'r1', quantity: 1 };
const ADD_MORE: Act = { kind: 'update', basket: 0, request: 'r2', quantity: 1 };
const CLOSE: Act = { kind: 'close', basket: 0 };
const CANCEL_ONE: Act = { kind: 'cancel', basket: 0, request: 'r1', all: false };
const LOST: Partial<CallPlan> = { fault: 'lost before the act' };

/** Worlds in which something once went wrong. */
const BROKEN_ONCE: Readonly<Record<string, Partial<Script>>> = {
  'callers and keys that read alike together are two orders': {
    steps: [after(0, PLACE), after(10, { ...PLACE, basket: 1 })],
    plans: calls({ queueMs: 1_000 }),
  },
  'a closed order stays closed while S-360 writes its barcodes again': {
    steps: [after(0, PLACE), after(1_000, CANCEL_ONE)],
    plans: calls({}, {}, { barcodesAfterMs: 5_001 }),
  },
  'a lost cancellation is not taken for done because the ticket has a number by now': {
    steps: [after(0, PLACE), after(7_500, CANCEL_ONE)],
    plans: calls({}, { barcodesAfterMs: 4_000 }, {}, {}, {}, {}, LOST),
  },
  'a cancellation that S-360 shows late is seen in the end, and not asked for again': {
    steps: [after(0, PLACE), after(1_000, CANCEL_ONE)],
    plans: calls({}, {}, { showsAfterMs: 20_000 }),
  },
  'a cancellation is seen in the end that S-360 first told in words that nobody knows': {
    steps: [after(0, PLACE), after(1_000, { ...CANCEL_ONE, all: true })],
    plans: calls({}, {}, {}, { fault: 'strange words' }),
  },
  'a hold whose end was not told yet ends, although a change of it came to nothing': {
    steps: [after(0, HOLD), after(0, ADD)],
    plans: calls({}, { fault: 'no connection' }, { fault: 'no connection' }),
  },
  'a hold ends that S-360 first told in words that nobody knows': {
    steps: [after(0, HOLD)],
    plans: calls({}, { fault: 'strange words' }),
  },
  'a lost update is not taken for done because a line was not recognised before': {
    steps: [after(0, HOLD), after(100, ADD), after(14_000, CLOSE)],
    plans: calls({}, LOST, LOST, LOST),
    namesOperations: false,
  },
  'an update that a dead process began is not written over by the next one': {
    processes: 2,
    steps: [
      after(0, HOLD),
      after(100, ADD),
      after(10, { kind: 'crash' }),
      after(1_500, ADD_MORE, 1),
      after(9_000, CLOSE, 1),
    ],
    plans: calls({}, {}, { workMs: 6_000 }),
  },
};

describe('a world in which', () => {
  it.each(Object.entries(BROKEN_ONCE))('%s', async (_name, world) => {
    const complete: Script = {
      processes: 1,
      stock: 8,
      listsReferences: true,
      namesOperations: true,
      steps: [],
      plans: [],
      ...world,
    };
    const simulation = new Simulation(complete, await simulatedCatalog());
    await expect(simulation.run()).resolves.toBeUndefined();
  });
});

function after(waitMs: number, act: Act, process = 0): Script['steps'][number] {
  return { waitMs, process, act };
}

function calls(...plans: readonly Partial<CallPlan>[]): Script['plans'] {
  return plans.map((plan) => ({ ...SERVED_WELL, ...plan }));
}

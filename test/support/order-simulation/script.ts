import fc from 'fast-check';

/** What happens in one simulated world, in the order it happens. Plain data: it is printed when something breaks. */
export interface Script {
  readonly processes: number;
  /** Places that S-360 has. */
  readonly stock: number;
  /** An S-360 that lists no references is asked for those of each order. */
  readonly listsReferences: boolean;
  /** An S-360 whose answer to a create names its operations by id and amount only, as the documented one does. */
  readonly namesOperations: boolean;
  readonly steps: readonly Step[];
  /** What happens to the calls to S-360, in the order they are made; those after the last are served well. */
  readonly plans: readonly CallPlan[];
}

export interface Step {
  /** Milliseconds before it. */
  readonly waitMs: number;
  /** Of the process that is meant; clients go to the next one while it is dead. */
  readonly process: number;
  readonly act: Act;
}

export type Act =
  | { readonly kind: 'create'; readonly basket: number; readonly quantity: number; readonly places: boolean }
  | {
      readonly kind: 'update';
      readonly basket: number;
      readonly request: string;
      /** Null changes the purchaser only. */
      readonly quantity: number | null;
    }
  | { readonly kind: 'close'; readonly basket: number }
  | { readonly kind: 'abandon'; readonly basket: number }
  | { readonly kind: 'cancel'; readonly basket: number; readonly request: string; readonly all: boolean }
  | { readonly kind: 'crash' }
  | { readonly kind: 'restart' }
  /** The journal cannot be used for a while: nothing is written, or only the answers are lost. */
  | { readonly kind: 'journal fails'; readonly forMs: number; readonly isWritten: boolean };

export type CallFault =
  | 'none'
  /** Surely not done. */
  | 'no connection'
  | 'rate limited'
  /** S-360 looks at it and says no; reads are lost. */
  | 'refused'
  | 'lost before the act'
  | 'lost after the act'
  /** Closing goes on without us; another call is served well. */
  | 'in progress'
  /** Details have words for states that nobody knows; another call is served well. */
  | 'strange words';

export interface CallPlan {
  readonly fault: CallFault;
  /** Before it leaves: others are in front of it. */
  readonly queueMs: number;
  /** From its leaving until it takes effect, also long after whoever called gave up. */
  readonly workMs: number;
  /** From the effect to the answer. */
  readonly answerMs: number;
  /** How long details still show an order that is closed as RUNNING, and tickets that are cancelled as good. */
  readonly showsAfterMs: number;
  /** How long after that barcodes are missing, all or every second one. */
  readonly barcodesAfterMs: number;
}

export const SERVED_WELL: CallPlan = {
  fault: 'none',
  queueMs: 0,
  workMs: 0,
  answerMs: 0,
  showsAfterMs: 0,
  barcodesAfterMs: 0,
};

/** Of two callers, with keys that a careless reference would take for one another. */
export const BASKETS = [
  { caller: 'shop', key: 'a/b' },
  { caller: 'shop/a', key: 'b' },
  { caller: 'shop', key: 'c' },
] as const;

/** Mostly the same one: what happens to one order matters more than how many there are. */
const basket = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(BASKETS.length - 1));
const quantity = fc.integer({ min: 1, max: 2 });
const request = fc.constantFrom('r1', 'r2');

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      basket,
      quantity: fc.oneof({ weight: 9, arbitrary: fc.constant(2) }, quantity),
      places: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('close' as const), basket }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      basket,
      request,
      quantity: fc.option(quantity, { nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abandon' as const), basket }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('cancel' as const), basket, request, all: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('journal fails' as const),
      forMs: fc.integer({ min: 1, max: 8_000 }),
      isWritten: fc.boolean(),
    }),
  },
);

const often = (most: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: most }));

const plan: fc.Arbitrary<CallPlan> = fc.record({
  fault: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none' as const) },
    fc.constantFrom<CallFault>(
      'no connection',
      'rate limited',
      'refused',
      'lost before the act',
      'lost after the act',
      'in progress',
      'strange words',
    ),
  ),
  queueMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 3_000 })),
  workMs: often(7_000),
  answerMs: often(1_000),
  showsAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 20_000 })),
  barcodesAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 20_000 })),
});

const good: fc.Arbitrary<CallPlan> = fc.constant(SERVED_WELL);

export const script: fc.Arbitrary<Script> = fc.record({
  processes: fc.integer({ min: 1, max: 3 }),
  stock: fc.integer({ min: 2, max: 8 }),
  listsReferences: fc.boolean(),
  namesOperations: fc.boolean(),
  steps: fc.array(
    fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 15_000 })),
      process: fc.nat(2),
      act,
    }),
    { minLength: 1, maxLength: 16, size: 'max' },
  ),
  // A world where most calls are served well gets further.
  plans: fc.array(fc.oneof({ weight: 3, arbitrary: good }, { weight: 2, arbitrary: plan }), {
    maxLength: 24,
  }),
});

/** For people: one line for each step and each call that is not served well. */
export function printed({ steps, plans, ...world }: Script): string {
  const lines = steps.map(
    ({ waitMs, process, act: { kind, ...more } }) =>
      `  after ${waitMs} ms, process ${process % world.processes}: ${kind} ${facts(more)}`,
  );
  const calls = plans.map((plan, index) => `  call ${index}: ${described(plan)}`);
  return [`world ${facts(world)}`, 'steps', ...lines, 'calls', ...calls].join('\n');
}

export function described({ fault, ...more }: CallPlan): string {
  return `${fault} ${facts(more)}`;
}

function facts(values: object): string {
  return Object.entries(values)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

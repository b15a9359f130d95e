import type { JournaledCall } from '../../src/sandbox/call-journal.js';
import type { FaultScript } from '../../src/sandbox/faults.js';
import type { State } from '../../src/sandbox/model.js';
import { startSandbox, type SandboxOptions, type SandboxServer } from '../../src/sandbox/server.js';

export type JournalCall = JournaledCall;

/** A sandbox of its own for one test, told what to do over HTTP as any other program would. */
export interface TestSandbox extends SandboxServer, AsyncDisposable {
  /** In the order of arrival. */
  journal(): Promise<JournalCall[]>;
  clearJournal(): Promise<void>;
  fault(script: FaultScript): Promise<void>;
  clearFaults(): Promise<void>;
  /** Moves the sandbox's clock forward. */
  advance(ms: number): Promise<void>;
  setStock(stock: StockChange): Promise<unknown>;
  editSetup(change: SetupEdit): Promise<unknown>;
  bendAvailability(switches: AvailabilityBend): Promise<unknown>;
  /** What was really ordered and who really is a contact, whatever the answers to the calls were. */
  books(institution: string): Promise<Books>;
  orders(rule: OrderRule): Promise<unknown>;
}

export interface Books {
  /** In the order of creation. */
  readonly orders: readonly {
    readonly orderId: string;
    readonly externalReference: string | null;
    readonly state: string;
    /** How often a close really took effect. */
    readonly closes: number;
    readonly totalMilli: number;
    /** The valid ones. */
    readonly barcodes: readonly string[];
  }[];
  readonly contacts: readonly { readonly contactNumber: string; readonly state: string }[];
}

export interface OrderRule {
  readonly institution: string;
  /** Contract minutes. */
  readonly delayMinutes?: number;
  readonly lifespanMinutes?: number;
  /** Id of a closed order whose tickets get new barcodes. */
  readonly reissue?: string | number;
}

export interface StockChange {
  readonly institution: string;
  readonly performanceId: number;
  readonly seatCategoryId?: number;
  readonly remaining: number;
}

export interface SetupEdit {
  readonly institution: string;
  readonly productId: number;
  readonly name?: string;
  readonly amount?: number;
  readonly state?: State;
}

export interface AvailabilityBend {
  readonly institution: string;
  readonly hideQuantity?: boolean;
  readonly renameLevel?: Readonly<Record<string, string>>;
  readonly freeze?: boolean;
  readonly touchEveryMinute?: boolean;
}

/** On a free port, with nobody buying, in this process. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const server = await startSandbox({
    port: 0,
    seed: 'test',
    sizeMb: 1,
    speed: 0,
    latencyMs: 0,
    minuteMs: 60_000,
    ...options,
  });
  const control = (name: string, init: RequestInit): Promise<unknown> =>
    callControl(`${server.url}/_sandbox/${name}`, init);
  const post = (name: string, body: unknown): Promise<unknown> =>
    control(name, { method: 'POST', body: JSON.stringify(body) });
  return {
    ...server,
    journal: async () => ((await control('journal', {})) as { calls: JournalCall[] }).calls,
    clearJournal: async () => void (await control('journal', { method: 'DELETE' })),
    fault: async (script) => void (await post('faults', script)),
    clearFaults: async () => void (await control('faults', { method: 'DELETE' })),
    advance: async (ms) => void (await post('clock', { advanceMs: ms })),
    setStock: (stock) => post('stock', stock),
    editSetup: (change) => post('setup', change),
    bendAvailability: (switches) => post('availability', switches),
    books: async (institution) =>
      (await control(`books?${new URLSearchParams({ institution }).toString()}`, {})) as Books,
    orders: (rule) => post('orders', rule),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function callControl(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

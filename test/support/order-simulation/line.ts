import type {
  CloseAnswer,
  OrderCalls,
  OrderDetails,
  WriteOptions,
} from '../../../src/datasources/s360/order-calls.types.js';
import type { Clock } from '../../../src/clock.js';
import {
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../../src/errors.js';
import { refusal, type SimulatedS360 } from './s360.js';
import { described, SERVED_WELL, type CallPlan, type Script } from './script.js';
import type { SimulatedTime } from './time.js';

export const CALL_MS = 3_000;
export const READ_MS = 2_000;

const CALL = { institution: 'hall', service: 'ExternalOrderFacade', method: 'any' };

/** A write that is about to leave. */
export type Sent =
  | { readonly kind: 'create'; readonly reference: string; readonly quantity: number }
  | { readonly kind: 'update' | 'close' | 'abandon' | 'cancel'; readonly s360OrderId: string };

export interface LineHooks {
  /** A write leaves now: what the journal must have said before is looked at. Answers what it is known by. */
  readonly onSend: (sent: Sent) => Promise<string>;
  /** Whoever sent it was told yes. */
  readonly onGranted: (name: string) => void;
  /** S-360 did it. */
  readonly onDone: (name: string) => void;
  readonly trace: (text: string) => void;
}

/** For worlds in which nobody looks at what leaves. */
export const UNWATCHED: LineHooks = {
  onSend: () => Promise.resolve(''),
  onGranted: () => undefined,
  onDone: () => undefined,
  trace: () => undefined,
};

/** The way to S-360 and back: calls wait, are lost, arrive after whoever called has given up. */
export class SimulatedLine {
  #calls = 0;
  #isWell = false;
  #spoiled: CallPlan | null = null;

  constructor(
    private readonly s360: SimulatedS360,
    private readonly time: SimulatedTime,
    private readonly plans: Script['plans'],
    private readonly hooks: LineHooks,
  ) {}

  /** From now on every call is served well. */
  recover(): void {
    this.#isWell = true;
  }

  /** This happens to the next write, whatever was planned for it. */
  spoilNextWrite(plan: CallPlan): void {
    this.#spoiled = plan;
  }

  /** The calls of one process; none of them answers once it is dead. */
  callsOf(isAlive: () => boolean): OrderCalls {
    const write = <T>(sent: Sent, act: (plan: CallPlan) => T, options: WriteOptions): Promise<T> =>
      onlyIfAlive(isAlive, this.#write(sent, act, options, isAlive));
    const read = <T>(look: (plan: CallPlan) => T | Promise<T>): Promise<T> =>
      onlyIfAlive(isAlive, this.#read(look, isAlive));
    const { s360 } = this;
    return {
      createOrder: (draft, options) =>
        write(
          {
            kind: 'create',
            reference: draft.externalReference,
            quantity: draft.lines.reduce((sum, { quantity }) => sum + quantity, 0),
          },
          () => s360.createOrder(draft),
          options,
        ),
      updateOrder: (s360OrderId, change, options) =>
        write({ kind: 'update', s360OrderId }, () => s360.updateOrder(s360OrderId, change), options),
      seat: () => Promise.reject(new Error('nobody chooses seats here')),
      closeOrder: (close, options) =>
        write(
          { kind: 'close', s360OrderId: close.s360OrderId },
          (plan): CloseAnswer => ({ state: 'done', details: worded(s360.closeOrder(close, plan), plan) }),
          options,
        ),
      abandonMovements: (s360OrderId, movementIds, options) =>
        write(
          { kind: 'abandon', s360OrderId },
          () => s360.abandonMovements(s360OrderId, movementIds),
          options,
        ),
      cancelOperations: (s360OrderId, what, options) =>
        write(
          { kind: 'cancel', s360OrderId },
          (plan) => s360.cancelOperations(s360OrderId, what.movementIds, plan),
          options,
        ),
      orderDetails: (s360OrderId) =>
        read((plan) => {
          const order = s360.byId(s360OrderId);
          return order === undefined ? null : worded(s360.details(order), plan);
        }),
      ordersCreatedBetween: ({ from, until, position }) => read(() => s360.history(from, until, position)),
      externalReferences: (s360OrderId) => read(() => [s360.byId(s360OrderId)!.reference]),
      ticketsSoldBetween: () => Promise.reject(new Error('nobody asks for tickets here')),
    };
  }

  async #write<T>(
    sent: Sent,
    act: (plan: CallPlan) => T,
    { sendBefore }: WriteOptions,
    isAlive: () => boolean,
  ): Promise<T> {
    const plan = this.#next(sent.kind);
    const callers = this.time.clockOf(isAlive);
    await callers.sleep(plan.queueMs);
    if (this.time.now() > sendBefore || plan.fault === 'no connection') throw notDone();
    const name = await this.hooks.onSend(sent);
    if (plan.fault === 'rate limited') throw new UpstreamRateLimitedError(CALL, 'too many calls', 'S360');
    const restMs = CALL_MS - plan.queueMs;
    if (plan.fault === 'lost before the act') return lostAfter(callers, Math.min(restMs, plan.answerMs));
    const effect = this.#effect(name, plan, act);
    // Nobody may be left to hear of a refusal.
    effect.catch(() => undefined);
    if (plan.fault === 'lost after the act') return lostAfter(callers, Math.min(restMs, plan.answerMs));
    if (plan.fault === 'in progress' && sent.kind === 'close') {
      await callers.sleep(plan.answerMs);
      return { state: 'in progress', details: null } as T;
    }
    if (plan.workMs + plan.answerMs > restMs) {
      await callers.sleep(restMs);
      throw new UpstreamTimeoutError(CALL, 'too late');
    }
    await callers.sleep(plan.workMs + plan.answerMs);
    const result = await effect;
    if (isAlive()) this.hooks.onGranted(name);
    return result;
  }

  /** S-360 does not notice that whoever called is gone. */
  async #effect<T>(name: string, plan: CallPlan, act: (plan: CallPlan) => T): Promise<T> {
    if (plan.workMs > 0) await this.time.clockOf(() => true).sleep(plan.workMs);
    try {
      if (plan.fault === 'refused') throw refusal('error.order.maxSeats');
      const result = act(plan);
      this.hooks.onDone(name);
      return result;
    } catch (error) {
      this.hooks.trace(`S-360 refuses ${name}: ${String(error)}`);
      throw error;
    }
  }

  async #read<T>(look: (plan: CallPlan) => T | Promise<T>, isAlive: () => boolean): Promise<T> {
    const plan = this.#next('read');
    const callers = this.time.clockOf(isAlive);
    const takesMs = Math.min(READ_MS, plan.queueMs + plan.answerMs);
    if (takesMs > 0) await callers.sleep(takesMs);
    if (['none', 'in progress', 'strange words'].includes(plan.fault)) return look(plan);
    throw plan.fault === 'no connection' ? notDone() : unavailable();
  }

  #next(what: string): CallPlan {
    const planned = (this.#isWell ? undefined : this.plans[this.#calls]) ?? SERVED_WELL;
    const plan = what === 'read' ? planned : (this.#spoiled ?? planned);
    if (what !== 'read') this.#spoiled = null;
    this.hooks.trace(`call ${this.#calls}, ${what}: ${described(plan)}`);
    this.#calls += 1;
    return plan;
  }
}

/** What comes back to a dead process comes back to nobody. */
export async function onlyIfAlive<T>(isAlive: () => boolean, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    if (!isAlive()) await new Promise<never>(() => undefined);
  }
}

async function lostAfter(callers: Clock, ms: number): Promise<never> {
  await callers.sleep(ms);
  throw unavailable();
}

function worded(details: OrderDetails, { fault }: CallPlan): OrderDetails {
  if (fault !== 'strange words') return details;
  const movements = details.movements.map((movement) => ({ ...movement, ticketState: 'UNKNOWN' as const }));
  return { ...details, state: 'UNKNOWN', movements };
}

function notDone(): Error {
  return new UpstreamUnavailableError(CALL, 'no connection', { fate: 'not done' });
}

function unavailable(): Error {
  return new UpstreamUnavailableError(CALL, 'the connection was reset');
}

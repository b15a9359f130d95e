import { pino } from 'pino';
import { UpstreamRateLimitedError } from '../../src/errors.js';
import { ColorStream } from '../../src/journal/color-stream.js';
import { SharedColorLog } from '../../src/journal/shared-color-log.js';
import { openRedis } from '../../src/redis/open-redis.js';
import { SharedDemand } from '../../src/services/availability/availability-shared-demand.js';
import {
  FakeS360,
  MINUTE,
  openWorld,
  settle,
  type SteppedClock,
  type AvailabilityWorld,
  type ReplicaParts,
  type WorldOptions,
} from './availability-world.js';
import { eventually } from './eventually.js';
import { CutLine, type CutLineOptions } from './shared-logs.js';

/** One replica's availabilities; all share a Redis, an S-360 and a clock. */
export interface AvailabilityReplica extends AvailabilityWorld {
  readonly log: SharedColorLog;
  readonly demand: SharedDemand;
  readonly line: CutLine;
  /** The process is gone, with what it was about to do. */
  die(): Promise<void>;
}

export interface AvailabilityReplicas extends AsyncDisposable {
  readonly clock: SteppedClock;
  readonly s360: FakeS360;
  readonly alive: AvailabilityReplica[];
  /** One more replica, not started. */
  open(): Promise<AvailabilityReplica>;
  /** Says to all what the clients of each want. */
  exchangeDemand(): Promise<void>;
}

export interface ReplicasOptions extends Omit<WorldOptions, 's360' | 'replica'> {
  readonly url: string;
  /** Key of their log. */
  readonly key: string;
  /** Of the line to Redis that each of them has. */
  readonly line?: CutLineOptions;
}

export async function openReplicas(count: number, options: ReplicasOptions): Promise<AvailabilityReplicas> {
  const { url, key, line: lineOptions, kept = new Map<string, string>(), ...worldOptions } = options;
  const s360 = new FakeS360();
  const clock = s360.clock as SteppedClock;
  const tokens = new Map<string, number>();
  const alive: AvailabilityReplica[] = [];

  async function open(): Promise<AvailabilityReplica> {
    const link = openRedis(url, { log: pino({ level: 'silent' }) });
    await eventually('Redis', () => link.isUp() || undefined);
    const line = new CutLine(link, lineOptions);
    const history = { append: () => Promise.resolve(), ofPerformance: () => Promise.resolve([]) };
    const stream = new ColorStream({ connection: line, key });
    const log = new SharedColorLog({ stream, history, log: pino({ level: 'silent' }) });
    const demand = new SharedDemand(line, { key: `${key}:demand` });
    const calls = callsOf(s360, { tokens, line });
    const parts = { sharedLog: log, sharedDemand: demand, calls };
    const world = await openWorld({ ...worldOptions, s360, kept, replica: parts });
    log.start();
    let isOver = false;
    const end = async (): Promise<void> => {
      if (isOver) return;
      isOver = true;
      alive.splice(alive.indexOf(replica), 1);
      await world[Symbol.asyncDispose]();
      await log.stop();
      await link.close();
    };
    const replica: AvailabilityReplica = {
      ...world,
      log,
      demand,
      line,
      async die() {
        // Its last words reach nobody.
        line.cut();
        await end();
      },
      [Symbol.asyncDispose]: end,
    };
    alive.push(replica);
    return replica;
  }

  clock.settle = async () => {
    for (let round = 0; round < 2; round += 1) {
      await settle();
      for (const { log, line } of alive) {
        await line.link.run((client) => client.ping(), { deadlineMs: 1_000 }).catch(() => {});
        await log.settled();
      }
    }
    await settle();
  };

  for (let index = 0; index < count; index += 1) await open();
  return {
    clock,
    s360,
    alive,
    open,
    async exchangeDemand() {
      for (let round = 0; round < 2; round += 1) {
        for (const { demand } of alive) await demand.exchange();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const replica of alive.slice()) await replica[Symbol.asyncDispose]();
    },
  };
}

/** S-360 behind the tokens that replicas share: one call of a method in a minute, and none without Redis. */
function callsOf(
  s360: FakeS360,
  { tokens, line }: { readonly tokens: Map<string, number>; readonly line: CutLine },
): ReplicaParts['calls'] {
  /** What this replica knows of the tokens, by its own calls and by refusals. */
  const known = new Map<string, number>();

  function buying<Args, Answer>(method: string, call: (args: Args) => Promise<Answer>) {
    return async (args: Args): Promise<Answer> => {
      const upstreamCall = { institution: 'hall', service: 'AvailabilityService', method };
      const now = s360.clock.now();
      if (!line.isUp()) {
        throw new UpstreamRateLimitedError(upstreamCall, 'no Redis', 'REPLICA', {
          retryAfterMs: MINUTE / 60,
        });
      }
      const freeAt = tokens.get(method) ?? 0;
      if (freeAt > now) {
        known.set(method, freeAt);
        throw new UpstreamRateLimitedError(upstreamCall, 'taken', 'METHOD', { retryAfterMs: freeAt - now });
      }
      tokens.set(method, now + MINUTE);
      known.set(method, now + MINUTE);
      return call(args);
    };
  }

  return {
    getUpdatedAvailabilities: buying(
      'getUpdatedAvailabilities',
      (args: Parameters<FakeS360['getUpdatedAvailabilities']>[0]) => s360.getUpdatedAvailabilities(args),
    ),
    getEventAvailability: buying(
      'getEventAvailability',
      (args: Parameters<FakeS360['getEventAvailability']>[0]) => s360.getEventAvailability(args),
    ),
    getProductAvailability: buying(
      'getProductAvailability',
      (args: Parameters<FakeS360['getProductAvailability']>[0]) => s360.getProductAvailability(args),
    ),
    getPerformanceAvailability: buying(
      'getPerformanceAvailability',
      (args: Parameters<FakeS360['getPerformanceAvailability']>[0]) => s360.getPerformanceAvailability(args),
    ),
    getSeatsAvailability: (args) => s360.getSeatsAvailability(args),
    nextCallAt: (_service, method) => known.get(method) ?? 0,
    pollingCallsLeft: () => s360.pollingCallsLeft(),
    monthEndsAt: () => s360.monthEndsAt(),
  };
}

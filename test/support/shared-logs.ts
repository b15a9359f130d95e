import { pino } from 'pino';
import { LiveColorBoard } from '../../src/cache/color-board.js';
import { systemClock } from '../../src/clock.js';
import { ComposedReadings } from '../../src/datasources/availability-composed.js';
import type { AvailabilityColor, ObservedAvailability } from '../../src/domain/availability.js';
import { RedisAwayError } from '../../src/errors.js';
import {
  ColorStream,
  type ColorStreamOptions,
  type StreamConnection,
} from '../../src/journal/color-stream.js';
import { SharedColorLog, type SharedColorLogOptions } from '../../src/journal/shared-color-log.js';
import type { RedisLink } from '../../src/redis/redis-link.types.js';
import { Backlog } from '../../src/services/availability/availability-backlog.js';
import {
  createAvailabilityFeed,
  type RunningFeed,
} from '../../src/services/availability/availability-feed.js';
import { SharedPolls } from '../../src/services/availability/availability-shared-polls.js';
import { subjectOf } from './feed-reader.js';

export type PolledColor = readonly [productId: string, performanceId: string, color: AvailabilityColor];

/** A replica's log, board and feed of the institutions `hall` and `museum`, without anything that polls. */
export interface LogReplica {
  readonly log: SharedColorLog;
  readonly feed: RunningFeed;
  readonly line: CutLine;
  readonly boards: ReadonlyMap<string, LiveColorBoard>;
  /** Positions told to subscribers, in order. */
  readonly told: number[];
  /** Answers what was recorded, as what another replica read meanwhile is left out. Rejects when nothing can be. */
  poll(code: string, colors: readonly PolledColor[], at: number): Promise<RecordedColors>;
  /** The same, where S-360 is asked now and what it said is recorded when the answer is called. */
  ask(code: string, colors: readonly PolledColor[], at: number): () => Promise<RecordedColors>;
  colors(): Map<string, AvailabilityColor>;
  stop(): Promise<void>;
}

export interface RecordedColors {
  readonly seq: number;
  readonly code: string;
  readonly colors: readonly (readonly [
    performance: ObservedAvailability['subject'],
    color: AvailabilityColor,
  ])[];
}

export interface CutLineOptions {
  /**
   * Real time: how long an answer of Redis is waited for, whatever who asks says. Where hours pass on a test's clock in
   * a moment, a busy machine must not cut a replica off for hours.
   */
  readonly patienceMs?: number;
}

/** A line to Redis that can be cut for one replica. */
export class CutLine implements StreamConnection {
  isCut = false;
  readonly #listeners = new Set<(isUp: boolean) => void>();

  constructor(
    readonly link: RedisLink,
    private readonly options: CutLineOptions = {},
  ) {
    link.onChange((isUp) => {
      if (!this.isCut) this.#tell(isUp);
    });
  }

  isUp(): boolean {
    return !this.isCut && this.link.isUp();
  }

  script(
    source: string,
    options?: Parameters<StreamConnection['script']>[1],
  ): ReturnType<StreamConnection['script']> {
    const { patienceMs } = this.options;
    const run = this.link.script(source, patienceMs === undefined ? options : { deadlineMs: patienceMs });
    return (keys, args) => (this.isCut ? Promise.reject(new RedisAwayError('cut')) : run(keys, args));
  }

  subscribe(subscription: Parameters<StreamConnection['subscribe']>[0]): () => void {
    return this.link.subscribe({
      ...subscription,
      onMessage: (text) => {
        if (!this.isCut) subscription.onMessage(text);
      },
    });
  }

  onChange(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cut(): void {
    this.isCut = true;
    this.#tell(false);
  }

  mend(): void {
    this.isCut = false;
    this.#tell(this.link.isUp());
  }

  #tell(isUp: boolean): void {
    for (const listener of this.#listeners) listener(isUp);
  }
}

export interface LogReplicaOptions extends Omit<ColorStreamOptions, 'connection'> {
  readonly recentChanges?: number;
  readonly maxPending?: number;
  readonly saved?: SavedBoards;
  readonly history?: SharedColorLogOptions['history'];
}

/** What replicas save of their boards, by institution. */
export type SavedBoards = Map<string, { id: string; seq: number; observations: ObservedAvailability[] }>;

const NO_HISTORY = { append: () => Promise.resolve(), ofPerformance: () => Promise.resolve([]) };

export async function openLogReplica(
  link: RedisLink,
  { saved = new Map(), history = NO_HISTORY, ...limits }: LogReplicaOptions,
): Promise<LogReplica> {
  const line = new CutLine(link);
  const stream = new ColorStream({ ...limits, connection: line });
  const log = new SharedColorLog({ ...limits, stream, history, log: pino({ level: 'silent' }) });
  const boards = new Map(['hall', 'museum'].map((code) => [code, new LiveColorBoard(code)]));
  const feed = createAvailabilityFeed({ ...limits, institutions: boards, colorLog: log, clock: systemClock });
  log.onRestarted(() => feed.restart());
  const told: number[] = [];
  const shared = new Map<string, SharedPolls>();
  for (const [institution, board] of boards) {
    const composed = new ComposedReadings();
    const backlog = new Backlog(board, composed, 0);
    const publish: RunningFeed['publish'] = (poll) => {
      told.push(poll.seq);
      feed.publish(poll);
    };
    const polls = new SharedPolls({
      institution,
      sharedLog: log,
      board,
      backlog,
      composed,
      feed: { publish },
      clock: systemClock,
    });
    shared.set(institution, polls);
    const ready = polls.join({
      askedElsewhere: () => {},
      heard: () => {},
      lastLook: () => null,
      told: () => null,
      nextPollAt: 2,
      restoreFrom({ id, floorSeq }) {
        const usable = saved.get(institution);
        if (usable?.id !== id || usable.seq < floorSeq) return Promise.resolve(null);
        board.restore(usable.observations);
        return Promise.resolve(usable.seq);
      },
      wake: () => {},
    });
    feed.join({
      institution,
      ready,
      observations: () => board.all(),
      polledAt: () => 1,
      nextPollAt: () => 2,
      onDemand: () => {},
    });
    await ready;
  }
  log.start();

  function ask(code: string, colors: readonly PolledColor[], at: number): () => Promise<RecordedColors> {
    const board = boards.get(code)!;
    const observations = colors.map((polled) => observedAs(polled, at));
    const times = { polledAt: at, nextPollAt: at };
    const polls = shared.get(code)!;
    const reading = observations.length === 0 ? polls.heartbeat() : polls.reading();
    return async () => {
      let recorded: RecordedColors | null = null;
      await log.append(
        () => board.diff(reading.current(observations)),
        (changes, seq) => {
          const current = reading.current(observations);
          recorded = { seq, code, colors: current.map(({ subject, color }) => [subject, color] as const) };
          board.apply(current);
          for (const [each, saving] of boards) {
            saved.set(each, { id: log.id, seq, observations: [...saving.all()] });
          }
          reading.recorded(observations);
          told.push(seq);
          feed.publish({ institution: code, changes, seq, ...times });
        },
        () => reading.facts(reading.current(observations), times),
      );
      return recorded!;
    };
  }

  return {
    log,
    feed,
    line,
    boards,
    told,
    poll: (code, colors, at) => ask(code, colors, at)(),
    ask,
    colors() {
      const all = [...boards].flatMap(([code, board]) => [...board.all()].map((seen) => ({ code, seen })));
      return new Map(all.map(({ code, seen }) => [subjectOf(code, seen.subject), seen.color]));
    },
    async stop() {
      await feed.stop();
      await log.stop();
    },
  };
}

function observedAs([productId, performanceId, color]: PolledColor, at: number): ObservedAvailability {
  return {
    subject: { kind: 'performance', productId, performanceId },
    color,
    rawLevel: color,
    remaining: null,
    bySeatCategory: [],
    observedAt: at,
  };
}

/** Resolves when nothing is on its way any more, at Redis or here. */
export async function quietReplicas(replicas: readonly LogReplica[]): Promise<null> {
  for (let round = 0; round < 4; round += 1) {
    for (const { log, line } of replicas) {
      await line.link.run((client) => client.ping(), { deadlineMs: 1_000 }).catch(() => {});
      await log.settled();
    }
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
}

import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { LiveColorsSubscription } from '../operations/operations.js';
import { LiveColorsDocument } from '../operations/operations.js';
import { print } from 'graphql';

type Update = LiveColorsSubscription['availabilityChanged'];
export type SeenChange = Update['changes'][number];

export interface Goodbye {
  readonly code: number;
  readonly reason: string;
}

/** A subscriber as a shop has one: it keeps its cursor and comes back by itself, to whichever replica answers. */
export interface ColorWitness extends AsyncDisposable {
  /** The changes since its first snapshot, in the order in which they came. */
  readonly changes: readonly SeenChange[];
  readonly kinds: readonly Update['kind'][];
  /** How sockets that it wanted to keep ended. */
  readonly goodbyes: readonly Goodbye[];
  /** What does not fit: a change whose `before` is not the color shown last. */
  readonly contradictions: readonly string[];
  /** Resolves when `isSeen` holds, looked at after each update. */
  until(what: string, isSeen: () => boolean): Promise<void>;
}

export interface WitnessOptions {
  /** Addresses of replicas; it begins at the first and goes on to the next each time that it loses its socket. */
  readonly replicas: () => readonly string[];
  readonly institutions: readonly string[];
}

/** A server that is frozen takes connections and answers nothing. */
const ANSWER_WITHIN_MS = 1_000;
const UNTIL_LIMIT_MS = 30_000;

class ImpatientWebSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol, { handshakeTimeout: ANSWER_WITHIN_MS });
  }
}

/** Resolves with its first snapshot. */
export async function startWitness({ replicas, institutions }: WitnessOptions): Promise<ColorWitness> {
  const changes: SeenChange[] = [];
  const kinds: Update['kind'][] = [];
  const goodbyes: Goodbye[] = [];
  const contradictions: string[] = [];
  const shown = new Map<string, string>();
  const waiting = new Set<() => void>();
  // The library sends the same object again when it comes back, so this is where the cursor has to be.
  const variables: { filter: { institutions: readonly string[] }; after: string | null } = {
    filter: { institutions },
    after: null,
  };
  let turn = 0;
  let isLeaving = false;
  let silence: NodeJS.Timeout | undefined;

  const take = (update: Update): void => {
    variables.after = update.cursor;
    kinds.push(update.kind);
    if (update.kind === 'SNAPSHOT') shown.clear();
    for (const change of update.changes) {
      const key = keyOf(change);
      const before = shown.get(key);
      if (update.kind === 'CHANGES') {
        changes.push(change);
        if (before !== undefined && before !== change.before) {
          contradictions.push(
            `${key} went from ${change.before} to ${change.after}, but was shown ${before}`,
          );
        }
      }
      shown.set(key, change.after);
    }
    for (const look of waiting) look();
  };

  const client = createClient({
    url: () => {
      const addresses = replicas();
      return addresses[turn++ % addresses.length]!.replace(/^http/, 'ws');
    },
    webSocketImpl: ImpatientWebSocket,
    connectionAckWaitTimeout: ANSWER_WITHIN_MS,
    keepAlive: ANSWER_WITHIN_MS / 2,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    on: {
      ping: (isReceived) => {
        if (!isReceived) silence = setTimeout(() => client.terminate(), ANSWER_WITHIN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(silence);
      },
      closed: (event) => {
        clearTimeout(silence);
        const { code, reason } = event as Goodbye;
        if (!isLeaving) goodbyes.push({ code, reason });
      },
    },
  });
  let failure: unknown = null;
  client.subscribe<LiveColorsSubscription>(
    { query: print(LiveColorsDocument), variables },
    {
      next: ({ data, errors }) => {
        if (data) return take(data.availabilityChanged);
        failure = errors;
        for (const look of waiting) look();
      },
      error: (error) => {
        failure = error;
        for (const look of waiting) look();
      },
      complete: () => undefined,
    },
  );

  const until = (what: string, isSeen: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        settle();
      };
      const look = (): void => {
        if (failure !== null)
          end(() => reject(new Error(`the subscription failed: ${JSON.stringify(failure)}`)));
        else if (isSeen()) end(resolve);
      };
      const timer = setTimeout(
        () =>
          end(() =>
            reject(new Error(`a subscriber never saw ${what}; its sockets: ${JSON.stringify(goodbyes)}`)),
          ),
        UNTIL_LIMIT_MS,
      );
      waiting.add(look);
      look();
    });

  await until('a snapshot', () => kinds.includes('SNAPSHOT'));
  return {
    changes,
    kinds,
    goodbyes,
    contradictions,
    until,
    async [Symbol.asyncDispose]() {
      isLeaving = true;
      clearTimeout(silence);
      // It rejects when it is just coming back, to a replica that is gone.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

function keyOf({ product, performance, seatCategory }: SeenChange): string {
  return [product.id, performance?.id ?? '', seatCategory?.id ?? ''].join(' ');
}

import { DEFAULT_QUERY_LIMITS } from './query-limits.js';
import type { ServerLimits } from './server.types.js';

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  query: DEFAULT_QUERY_LIMITS,
  times: { queryMs: 11_000, mutationMs: 90_000 },
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  requestsInFlight: 500,
  sockets: 20_000,
  socketMessageBytes: 64 * 1024,
  socketMessagesPerSecond: 1_000,
  socketsPerCaller: 1_000,
  // Some 25 KB each: 125 MB.
  subscriptionsPerCaller: 5_000,
  operationsPerSocket: 50,
  socketInitMs: 3_000,
  socketPingMs: 12_000,
  // A snapshot of many thousand colors is a few megabytes.
  socketBufferBytes: 16 * 1024 * 1024,
  allSocketBuffersBytes: 128 * 1024 * 1024,
  announceMs: 0,
  drainMs: 20_000,
};

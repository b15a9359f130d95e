import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { startTestSandbox, type JournalCall } from '../support/sandbox.js';

const MINUTE_MS = 1_500;
const RATE = 200;
const SECONDS = 12;

/** The contract's window of each limited method, in minutes. */
function windowMinutes(method: string): number | null {
  if (method === 'getCatalogDetailed' || method === 'getCatalog') return 10;
  return /Availabilit/.test(method) ? 1 : null;
}

describe('under 200 requests a second for 12 seconds', () => {
  it('no call goes beyond a limit of the contract', { timeout: 60_000 }, async () => {
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS, speed: 1 });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { S360_MINUTE_MS: String(MINUTE_MS), S360_CALLS_PER_MONTH: '1000000' },
    });
    const { data } = await query(gateway.graphql, '{ performances(first: 100) { nodes { id } } }');
    const ids = (data as { performances: { nodes: { id: string }[] } }).performances.nodes.map(
      ({ id }) => id,
    );

    const startedAt = Date.now();
    const answers: Promise<unknown>[] = [];
    let failures = 0;
    for (let sent = 0; sent < RATE * SECONDS; sent += 1) {
      const due = startedAt + (sent / RATE) * 1_000;
      if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
      const id = ids[sent % ids.length]!;
      // Most shoppers look at colors; some open a seat plan; some browse.
      const document =
        sent % 50 === 0
          ? `{ performance(id: "${id}") { seats { freshness { source } } } }`
          : sent % 10 === 0
            ? '{ products(first: 10) { nodes { name availability { color } } } }'
            : `{ availabilities(performanceIds: ["${id}"]) { color remaining freshness { source } } }`;
      answers.push(query(gateway.graphql, document).catch(() => (failures += 1)));
    }
    await Promise.all(answers);
    expect(failures).toBe(0);

    const calls = await sandbox.journal();
    expect(calls.filter(({ httpStatus }) => httpStatus === 509)).toEqual([]);
    expect(closestPairs(calls.filter(({ method }) => method !== 'getSeatsAvailability'))).toEqual([]);
    for (const { code } of sandbox.institutions) {
      expect(busiestMinute(calls.filter(({ institution }) => institution === code))).toBeLessThanOrEqual(70);
    }
    // The load did reach the poller's institutions: this is no silence.
    expect(calls.length).toBeGreaterThan(12);
  });
});

/** Pairs of calls of one limited method that came closer than its window. */
function closestPairs(calls: readonly JournalCall[]): string[] {
  const last = new Map<string, number>();
  return calls.flatMap(({ institution, method, at }) => {
    const minutes = windowMinutes(method);
    const key = `${institution} ${method}`;
    const before = last.get(key);
    last.set(key, at);
    return minutes !== null && before !== undefined && at - before < minutes * MINUTE_MS
      ? [`${key}: ${at - before} ms`]
      : [];
  });
}

function busiestMinute(calls: readonly JournalCall[]): number {
  const times = calls.map(({ at }) => at);
  return Math.max(
    0,
    ...times.map((at) => times.filter((other) => other >= at && other < at + MINUTE_MS).length),
  );
}

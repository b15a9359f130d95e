import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { queryData, subscribe } from '../support/graphql-client.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const MINUTE_MS = 400;
const COLORS = /* GraphQL */ `
  subscription Colors($filter: AvailabilityFilter, $after: String) {
    availabilityChanged(filter: $filter, after: $after) {
      cursor
      kind
      changes {
        seatCategory {
          id
        }
        before
        after
      }
    }
  }
`;

interface Update {
  readonly cursor: string;
  readonly kind: 'SNAPSHOT' | 'CHANGES' | 'HEARTBEAT' | 'GAP';
  readonly changes: readonly {
    readonly seatCategory: { readonly id: string } | null;
    readonly before: string | null;
    readonly after: string;
  }[];
}

interface Place {
  readonly performanceId: string;
  readonly seatCategoryId: string;
}

describe.skipIf(NO_REDIS !== null)(`colors of replicas${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`, () => {
  it('come from whichever replica a client is connected to, each once, over a change of replica', async () => {
    await using redis = await startRedis();
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
    const env = {
      REDIS_URL: redis.url,
      REPLICAS: '1',
      S360_MINUTE_MS: String(MINUTE_MS),
      S360_CALLS_PER_MONTH: '1000000',
    };
    const institutions = sandbox.institutions.slice(0, 1);
    await using first = await startTestGateway({ institutions, env });
    await using second = await startTestGateway({ institutions, env });
    const place = await somethingGreen(first);
    expect(await somethingGreen(second)).toEqual(place);
    const filter = { performanceIds: [place.performanceId] };

    const near = updates(first, { filter });
    const { cursor } = await nextOf(near, 'SNAPSHOT');
    await near.return(undefined);
    const witness = updates(second, { filter });
    await nextOf(witness, 'SNAPSHOT');
    await setRemaining(sandbox, place, 0);
    await nextOf(witness, 'CHANGES');
    await witness.return(undefined);

    const far = updates(second, { filter, after: cursor });
    await setRemaining(sandbox, place, 100_000);
    const told: string[] = [];
    for await (const { kind, changes } of far) {
      expect(kind).not.toBe('GAP');
      const own = changes.filter(({ seatCategory }) => seatCategory?.id === place.seatCategoryId);
      told.push(...own.map(({ before, after }) => `${before}>${after}`));
      if (told.length >= 2) break;
    }
    expect(told).toEqual(['GREEN>RED', 'RED>GREEN']);
  });

  it('are there at once on a replica that comes later, which asks S-360 for none', async () => {
    await using redis = await startRedis();
    await using sandbox = await startTestSandbox({ minuteMs: 60_000 });
    const env = { REDIS_URL: redis.url, REPLICAS: '1', S360_MINUTE_MS: '60000' };
    const institutions = sandbox.institutions.slice(0, 1);
    await using first = await startTestGateway({ institutions, env });
    const place = await somethingGreen(first);
    const calls = async (): Promise<string[]> => {
      const all = await sandbox.journal();
      return all.filter(({ service }) => service === 'AvailabilityService').map(({ method }) => method);
    };
    await eventually('every method asked', async () => (await calls()).length >= 3 || undefined);
    const before = await calls();
    await using late = await startTestGateway({ institutions, env });
    expect(await somethingGreen(late)).toEqual(place);
    expect(await calls()).toEqual(before);
  });
});

async function* updates(gateway: TestGateway, variables: Record<string, unknown>): AsyncGenerator<Update> {
  const subscription = subscribe<{ availabilityChanged: Update }>(gateway.graphql, COLORS, variables);
  try {
    for (;;) yield (await subscription.next()).availabilityChanged;
  } finally {
    await subscription.close();
  }
}

async function nextOf(stream: AsyncGenerator<Update>, kind: Update['kind']): Promise<Update> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error('the subscription ended');
    if (value.kind === kind) return value;
  }
}

function somethingGreen(gateway: TestGateway): Promise<Place> {
  return eventually('a green performance', async () => {
    const { performances } = await queryData<{
      performances: {
        nodes: {
          id: string;
          availability: { bySeatCategory: { color: string; seatCategory: { id: string } }[] };
        }[];
      };
    }>(
      gateway.graphql,
      `{ performances(filter: { colors: [GREEN] }, first: 1) {
           nodes { id availability { bySeatCategory { color seatCategory { id } } } } } }`,
    );
    const [node] = performances.nodes;
    const category = node?.availability.bySeatCategory.find(({ color }) => color === 'GREEN');
    return category && { performanceId: node!.id, seatCategoryId: category.seatCategory.id };
  });
}

function setRemaining(sandbox: TestSandbox, place: Place, remaining: number): Promise<unknown> {
  const [institution, id] = place.performanceId.split(':');
  const seatCategoryId = Number(place.seatCategoryId.split(':')[1]);
  return sandbox.setStock({
    institution: institution!,
    performanceId: Number(id),
    seatCategoryId,
    remaining,
  });
}

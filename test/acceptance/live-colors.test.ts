import { describe, expect, it } from 'vitest';
import { startTestGateway, temporaryFolder, type TestGateway } from '../support/gateway.js';
import { eventually } from '../support/eventually.js';
import { query, queryData, subscribe } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

/** A contract whose minute is so short that a poll can be waited for. */
const PACE = { S360_MINUTE_MS: '250', S360_CALLS_PER_MONTH: '1000000' };

const COLORS = /* GraphQL */ `
  subscription Colors($filter: AvailabilityFilter, $after: String) {
    availabilityChanged(filter: $filter, after: $after) {
      cursor
      kind
      polledAt
      nextPollAt
      changes {
        at
        product {
          id
        }
        performance {
          id
        }
        seatCategory {
          id
        }
        before
        after
        remaining
      }
    }
  }
`;

interface Change {
  readonly performance: { readonly id: string } | null;
  readonly seatCategory: { readonly id: string } | null;
  readonly before: string | null;
  readonly after: string;
}

interface Update {
  readonly cursor: string;
  readonly kind: 'SNAPSHOT' | 'CHANGES' | 'HEARTBEAT' | 'GAP';
  readonly changes: readonly Change[];
}

async function* updates(gateway: TestGateway, variables: Record<string, unknown>): AsyncGenerator<Update> {
  const subscription = subscribe<{ availabilityChanged: Update }>(gateway.graphql, COLORS, variables);
  try {
    for (;;) yield (await subscription.next()).availabilityChanged;
  } finally {
    await subscription.close();
  }
}

async function next(stream: AsyncGenerator<Update>, kind?: Update['kind']): Promise<Update> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error('the subscription ended');
    if (kind === undefined || value.kind === kind) return value;
  }
}

interface OnSale {
  readonly performanceId: string;
  readonly seatCategoryId: string;
}

interface GreenPerformances {
  readonly performances: {
    readonly nodes: {
      readonly id: string;
      readonly availability: {
        readonly bySeatCategory: { readonly color: string; readonly seatCategory: { readonly id: string } }[];
      };
    }[];
  };
}

/** A performance that is green, with its first category, once the first poll has filled the board. */
function somethingOnSale(gateway: TestGateway): Promise<OnSale> {
  return eventually('a green performance', async () => {
    const { performances } = await queryData<GreenPerformances>(
      gateway.graphql,
      `{ performances(filter: { colors: [GREEN] }, first: 1) {
           nodes { id availability { bySeatCategory { color seatCategory { id } } } } } }`,
    );
    const [node] = performances.nodes;
    const category = node?.availability.bySeatCategory.find(({ color }) => color === 'GREEN');
    return category && { performanceId: node!.id, seatCategoryId: category.seatCategory.id };
  });
}

function setRemaining(sandbox: TestSandbox, { performanceId, seatCategoryId }: OnSale, remaining: number) {
  const [institution, id] = performanceId.split(':');
  return sandbox.setStock({
    institution: institution!,
    performanceId: Number(id),
    seatCategoryId: Number(seatCategoryId.split(':')[1]),
    remaining,
  });
}

function ofCategory(update: Update, { performanceId, seatCategoryId }: OnSale): Change[] {
  return update.changes.filter(
    ({ performance, seatCategory }) =>
      performance?.id === performanceId && seatCategory?.id === seatCategoryId,
  );
}

describe('availabilityChanged', () => {
  it('opens with a snapshot, then pushes a color change at the next poll, once', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: 250 });
    const institutions = sandbox.institutions.slice(0, 1);
    await using gateway = await startTestGateway({ institutions, env: PACE });
    const target = await somethingOnSale(gateway);
    const stream = updates(gateway, { filter: { performanceIds: [target.performanceId] } });

    const snapshot = await next(stream);
    expect(snapshot.kind).toBe('SNAPSHOT');
    expect(ofCategory(snapshot, target)).toMatchObject([{ before: null, after: 'GREEN' }]);

    await next(stream, 'HEARTBEAT');
    await setRemaining(sandbox, target, 0);
    const changed = await next(stream, 'CHANGES');
    expect(ofCategory(changed, target)).toMatchObject([{ before: 'GREEN', after: 'RED', remaining: 0 }]);
    // Nothing more is said about it while it stays so.
    expect((await next(stream)).kind).toBe('HEARTBEAT');
    expect((await next(stream)).kind).toBe('HEARTBEAT');
    await stream.return(undefined);

    const { data } = await query(
      gateway.graphql,
      `{ availabilityHistory(performanceId: "${target.performanceId}", first: 5) { before after seatCategory { id } } }`,
    );
    expect((data as { availabilityHistory: Change[] }).availabilityHistory).toContainEqual({
      before: 'GREEN',
      after: 'RED',
      seatCategory: { id: target.seatCategoryId },
    });
  });

  it('gives a client that was away, over a restart too, everything it missed, in order and once', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: 250 });
    const institutions = sandbox.institutions.slice(0, 1);
    const cacheDir = await temporaryFolder();
    let target: OnSale;
    let cursor: string;
    {
      await using gateway = await startTestGateway({ institutions, env: PACE, cacheDir });
      target = await somethingOnSale(gateway);
      const filter = { performanceIds: [target.performanceId] };
      const away = updates(gateway, { filter });
      ({ cursor } = await next(away, 'HEARTBEAT'));
      await away.return(undefined);

      const witness = updates(gateway, { filter });
      await next(witness, 'SNAPSHOT');
      await setRemaining(sandbox, target, 0);
      await next(witness, 'CHANGES');
      await setRemaining(sandbox, target, 100_000);
      await next(witness, 'CHANGES');
      await witness.return(undefined);
    }
    await using gateway = await startTestGateway({ institutions, env: PACE, cacheDir });
    const stream = updates(gateway, { filter: { performanceIds: [target.performanceId] }, after: cursor });
    const missed: Change[] = [];
    for (;;) {
      const update = await next(stream);
      expect(update.kind).not.toBe('GAP');
      if (update.kind === 'HEARTBEAT') break;
      missed.push(...ofCategory(update, target));
    }
    await stream.return(undefined);
    expect(missed).toMatchObject([
      { before: 'GREEN', after: 'RED' },
      { before: 'RED', after: 'GREEN' },
    ]);
  });

  it('answers a cursor of another journal with a GAP and a SNAPSHOT', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: 250 });
    const institutions = sandbox.institutions.slice(0, 1);
    let cursor: string;
    {
      await using other = await startTestGateway({ institutions, env: PACE });
      const stream = updates(other, {});
      ({ cursor } = await next(stream));
      await stream.return(undefined);
    }
    await using gateway = await startTestGateway({ institutions, env: PACE });
    const stream = updates(gateway, { after: cursor });
    expect((await next(stream)).kind).toBe('GAP');
    expect((await next(stream)).kind).toBe('SNAPSHOT');
    await stream.return(undefined);
  });

  it('refuses a cursor that is none, naming the argument', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions.slice(0, 1) });
    await using stream = subscribe(gateway.graphql, COLORS, { after: 'not-a-cursor' });
    await expect(stream.next()).rejects.toThrow(/`after`.*BAD_USER_INPUT/);
  });
});

describe('catalogChanged', () => {
  it('announces what the organiser edited, once it is served', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: 250 });
    const institutions = sandbox.institutions.slice(0, 1);
    await using gateway = await startTestGateway({ institutions, env: PACE });
    const { data } = await query(gateway.graphql, '{ products(first: 1) { nodes { id } } }');
    const [{ id }] = (data as { products: { nodes: [{ id: string }] } }).products.nodes;
    await using stream = subscribe(
      gateway.graphql,
      'subscription { catalogChanged { version products { productId kind product { name } } } }',
    );
    const change = stream.next();
    const [institution, productId] = id.split(':');
    await sandbox.editSetup({
      institution: institution!,
      productId: Number(productId),
      name: 'Renamed by the organiser',
    });
    expect(await change).toMatchObject({
      catalogChanged: {
        products: [{ productId: id, kind: 'CHANGED', product: { name: 'Renamed by the organiser' } }],
      },
    });
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startReviews } from '../../examples/reviews/server.js';
import { composeSupergraph } from '../../src/federation/compose.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { queryData, subscribe } from '../support/graphql-client.js';
import { startRouter, type Router } from '../support/router.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

interface House extends AsyncDisposable {
  readonly router: Router;
  readonly gateway: TestGateway;
  readonly sandbox: TestSandbox;
  readonly reviews: Awaited<ReturnType<typeof startReviews>>;
}

/** The router before Foyer and the example's reviews, each told about by its own `_service`. */
async function startHouse(): Promise<House> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  const gateway = await startTestGateway({ institutions: sandbox.institutions });
  const reviews = await startReviews(0);
  const { _service } = await queryData<{ _service: { sdl: string } }>(gateway.url, '{ _service { sdl } }');
  const router = await startRouter(
    composeSupergraph([
      { name: 'foyer', url: gateway.graphql, sdl: _service.sdl },
      {
        name: 'reviews',
        url: reviews.url,
        sdl: readFileSync(new URL('../../examples/reviews/schema.graphql', import.meta.url), 'utf8'),
      },
    ]),
  );
  return {
    router,
    gateway,
    sandbox,
    reviews,
    async [Symbol.asyncDispose]() {
      await router[Symbol.asyncDispose]();
      await reviews[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
}

describe('Foyer behind a router that others wrote', () => {
  it("joins both ways, runs mutations, and hands on Foyer's subscriptions", async () => {
    await using house = await startHouse();
    const { url } = house.router;

    const written = await queryData(
      url,
      `mutation { writeReview(performanceId: "small:302", stars: 5) { stars performance { name startsAt } } }`,
    );
    expect(written).toMatchObject({
      writeReview: { stars: 5, performance: { name: expect.any(String) as string } },
    });

    const asked = house.reviews.questions();
    const listed = await queryData(
      url,
      '{ performances { nodes { id name averageStars reviews { stars } } } }',
    );
    expect(listed).toMatchObject({
      performances: {
        nodes: [
          { id: 'small:301', averageStars: null, reviews: [] },
          { id: 'small:302', averageStars: 5, reviews: [{ stars: 5 }] },
        ],
      },
    });
    expect(house.reviews.questions()).toBe(asked + 1);

    await queryData(url, '{ performances { nodes { availability { color } } } }');
    await using events = subscribe<{ availabilityChanged: { kind: string; changes: unknown[] } }>(
      url,
      'subscription { availabilityChanged(filter: { performanceIds: ["small:302"] }) { kind changes { performance { id averageStars } after } } }',
    );
    const { availabilityChanged } = await events.next();
    expect(availabilityChanged.kind).toBe('SNAPSHOT');
    expect(availabilityChanged.changes[0]).toMatchObject({
      performance: { id: 'small:302', averageStars: 5 },
      after: 'GREEN',
    });
  }, 90_000);
});

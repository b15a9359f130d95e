import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { subscribe } from '../support/graphql-client.js';
import { eventually } from '../support/eventually.js';
import { makeExecutableSchema } from '../support/executable-schema.js';
import { startSampleServer } from '../support/sample-server.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';
import { createTicker } from '../support/ticker.js';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { stars: Int }
type Subscription { reviewWritten: Review! }
type Review { id: ID! performance: Performance! }
type Performance @key(fields: "id", resolvable: false) { id: ID! }`;

it("a subgraph's own subscription is handed on, joined with what Foyer knows, and ended when nobody listens", async () => {
  const ticker = createTicker();
  const schema = makeExecutableSchema(
    `${SDL} type _Service { sdl: String! } extend type Query { _service: _Service! }`,
    { Query: { _service: () => ({ sdl: SDL }) } },
  );
  Object.assign(schema.getSubscriptionType()!.getFields()['reviewWritten']!, {
    subscribe: ticker.watch,
    resolve: (id: number) => ({ id, performance: { id: `small:${id}` } }),
  });
  await using subgraph = await startSampleServer({ schema });
  await using sandbox = await startTestSandbox({ world: smallWorld() });
  await using gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: { SUBGRAPHS: `reviews=${subgraph.url}graphql` },
  });

  const events = subscribe(
    gateway.url,
    'subscription { reviewWritten { id performance { id localStart } } }',
  );
  const next = events.next();
  await eventually('the subscription', () => (ticker.subscribers() === 1 ? true : null));
  ticker.tick(302);
  expect(await next).toMatchObject({
    reviewWritten: { id: '302', performance: { id: 'small:302', localStart: expect.any(String) as string } },
  });
  await events.close();
  await eventually('its end', () => (ticker.subscribers() === 0 ? true : null));
});

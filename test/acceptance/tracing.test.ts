import { describe, expect, it } from 'vitest';
import { startCollector, type CollectedSpan } from '../support/collector.js';
import { startContactHouse } from '../support/contact-house.js';
import { startFoyer } from '../support/foyer-process.js';
import { settingsFor, startTestGateway } from '../support/gateway.js';
import { query, queryData, subscribe } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';
import { startSubgraph } from '../support/subgraph.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const TRACEPARENT = { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` };

/** The names from the root to the span, with what lies outside the process left out. */
function wayTo(span: CollectedSpan, spans: readonly CollectedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : wayTo(parent, spans)), span.name];
}

function ofTrace(spans: readonly CollectedSpan[], traceId = TRACE_ID): CollectedSpan[] {
  return spans.filter((span) => span.traceId === traceId);
}

describe('traces', () => {
  it('lead from the request through operation, resolver and loader to the call to S-360', async () => {
    await using collector = await startCollector();
    await using house = await startContactHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const { status } = await query(
      house.gateway.graphql,
      `query Two { contact(id: "small:0004217") { firstName } products { nodes { availability { color } } } }`,
      undefined,
      { ...TRACEPARENT, 'x-request-id': 'traced' },
    );
    expect(status).toBe(200);
    await house.gateway.stop();
    const spans = ofTrace(collector.spans);
    const ways = spans.map((span) => wayTo(span, spans).join(' > '));
    const operation = 'POST /graphql > query Two';
    expect(ways).toEqual(
      expect.arrayContaining([
        'POST /graphql',
        operation,
        `${operation} > Query.contact > load contact > S-360 getContactData`,
        `${operation} > Product.availability > load performanceAvailability`,
      ]),
    );
    // However long a list is, each of its fields is there once.
    expect(spans.filter(({ name }) => name === 'Product.availability')).toHaveLength(1);
    const request = spans.find(({ name }) => name === 'POST /graphql');
    expect(request).toMatchObject({
      parentSpanId: PARENT_ID,
      attributes: { 'http.response.status_code': 200, 'foyer.correlation_id': 'traced' },
    });
    const call = spans.find(({ name }) => name === 'S-360 getContactData');
    expect(call?.attributes).toEqual({
      'foyer.institution': 'small',
      'rpc.service': 'ContactInformationPublicService',
      'rpc.method': 'getContactData',
      'foyer.lane': 'contacts',
      'foyer.outcome': 'success',
      'foyer.bytes': expect.any(Number) as number,
    });
    expect(collector.bodies.join()).toContain('"service.name"');
  });

  it('tell of a failure its code, and of nobody anything personal', async () => {
    await using collector = await startCollector();
    await using house = await startContactHouse({
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` },
    });
    await house.sandbox.fault({ method: 'searchContact', kind: 'malformed' });
    await query(
      house.gateway.graphql,
      `query ($email: String!) { contact(id: "small:0004217") { firstName lastName email addresses { lines } }
         contacts(search: { institution: "small", email: $email }) { nodes { lastName } } }`,
      { email: 'canary@example.org' },
      TRACEPARENT,
    );
    await house.gateway.stop();
    const call = ofTrace(collector.spans).find(({ name }) => name === 'S-360 searchContact');
    expect(call).toMatchObject({
      failure: 'UPSTREAM_INVALID',
      attributes: { 'foyer.outcome': 'UPSTREAM_INVALID' },
    });
    expect(collector.bodies.join()).not.toMatch(/canary|0004217|\bAda\b|SMALL_FOYER|sandbox/i);
  });

  it("go on in a partner's subgraph, and not at S-360, which gets the correlation id alone", async () => {
    await using collector = await startCollector();
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using reviews = await startSubgraph({
      sdl: 'type Query { stars: Int }',
      resolvers: { Query: { stars: () => 4 } },
    });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { SUBGRAPHS: `reviews=${reviews.url}`, OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` },
    });
    await query(gateway.graphql, '{ stars }', undefined, TRACEPARENT);
    await gateway.stop();
    const span = ofTrace(collector.spans).find(({ name }) => name === 'subgraph reviews');
    expect(reviews.calls.map(({ headers }) => headers['traceparent'])).toEqual([
      `00-${TRACE_ID}-${span?.spanId}-01`,
    ]);
    expect(span?.attributes).toEqual({ 'foyer.subgraph': 'reviews' });
  });

  it('begin anew for each event of a subscription, and are linked to its beginning', async () => {
    await using collector = await startCollector();
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    const document = `subscription Colors {
      availabilityChanged(filter: { institutions: ["small"] }) {
        kind changes { after } } }`;
    for (let subscriber = 0; subscriber < 2; subscriber++) {
      await using colors = subscribe<{ availabilityChanged: { kind: string } }>(gateway.graphql, document);
      expect((await colors.next()).availabilityChanged.kind).toBe('SNAPSHOT');
    }
    await gateway.stop();
    const { spans } = collector;
    const beginnings = spans.filter(({ name }) => name === 'subscription Colors');
    const events = spans.filter(({ name }) => name === 'subscription Colors event');
    expect(beginnings).toHaveLength(2);
    for (const { spanId, traceId, attributes } of beginnings) {
      expect(attributes).toEqual({
        'graphql.operation.type': 'subscription',
        'graphql.operation.name': 'Colors',
        'foyer.correlation_id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      });
      const own = events.filter(({ links }) => links.includes(spanId));
      expect(own.length).toBeGreaterThan(0);
      for (const event of own) {
        expect(event).toMatchObject({ parentSpanId: undefined, attributes, links: [spanId] });
        expect(event.traceId).not.toBe(traceId);
      }
      const parts = own.flatMap((event) => ofTrace(spans, event.traceId));
      expect(parts.map((span) => wayTo(span, parts).join(' > '))).toContain(
        'subscription Colors event > AvailabilityUpdate.changes',
      );
    }
  });

  it('begin anew for background work, and for a header that is none', async () => {
    await using collector = await startCollector();
    await using house = await startContactHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    await query(house.gateway.graphql, '{ institutions { code } }', undefined, {
      traceparent: `00-${'0'.repeat(32)}-${PARENT_ID}-01`,
    });
    await house.gateway.stop();
    const named = (name: string): CollectedSpan | undefined =>
      collector.spans.find((span) => span.name === name);
    expect(named('POST /graphql')).toMatchObject({ parentSpanId: undefined });
    expect(named('S-360 getCatalogDetailed')).toMatchObject({ parentSpanId: undefined });
    expect(named('S-360 getCatalogDetailed')?.traceId).not.toBe(named('POST /graphql')?.traceId);
  });

  it('cost nothing but themselves while the collector is away: answers come, and a stop ends', async () => {
    await using collector = await startCollector();
    await collector[Symbol.asyncDispose]();
    await using house = await startContactHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const { institutions } = await queryData<{ institutions: unknown[] }>(
      house.gateway.graphql,
      '{ institutions { code } }',
    );
    expect(institutions).toHaveLength(1);
    const stoppedAt = performance.now();
    await house.gateway.stop();
    // Two seconds for the last spans, and what the rest takes.
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  });

  it('keep no process alive whose collector hangs', async () => {
    await using collector = await startCollector({ hangs: true });
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using foyer = await startFoyer({
      ...settingsFor(sandbox.institutions),
      AUTH: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await foyer.line();
    const stoppedAt = performance.now();
    expect(await foyer.stop('SIGTERM')).toBe(0);
    // The library alone would wait for ten.
    expect(performance.now() - stoppedAt).toBeLessThan(8_000);
  });
});

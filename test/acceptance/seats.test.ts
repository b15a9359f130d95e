import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { query, queryData } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';

interface FirstPerformance {
  readonly performances: {
    readonly nodes: { readonly id: string; readonly seatCategories: { readonly id: string }[] }[];
  };
}

const FIRST = `query ($institutions: [ID!]) {
  performances(filter: { institutions: $institutions, saleStatus: [ON_SALE] }, first: 2) {
    nodes { id seatCategories { id } } } }`;

const SEATS = `query ($id: ID!, $category: ID) {
  performance(id: $id) {
    seats(seatCategoryId: $category) {
      seats { id area row number available seatCategory { id } } freshness { source } } } }`;

interface Seats {
  readonly performance: {
    readonly seats: {
      readonly seats: {
        readonly id: string;
        readonly available: boolean;
        readonly seatCategory: { readonly id: string };
      }[];
      readonly freshness: { readonly source: string };
    };
  };
}

describe('Performance.seats', () => {
  it('asks S-360 once a minute for a performance, whatever its category and however many ask', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    const { performances } = await queryData<FirstPerformance>(gateway.graphql, FIRST, {
      institutions: ['lyric'],
    });
    const [{ id, seatCategories }] = performances.nodes as [
      FirstPerformance['performances']['nodes'][number],
    ];
    const [first, second] = await Promise.all([
      queryData<Seats>(gateway.graphql, SEATS, { id }),
      queryData<Seats>(gateway.graphql, SEATS, { id, category: seatCategories[0]!.id }),
    ]);
    const later = await queryData<Seats>(gateway.graphql, SEATS, { id });
    const all = first.performance.seats.seats;
    expect(all.length).toBeGreaterThan(100);
    expect(second.performance.seats.seats).toEqual(
      all.filter(({ seatCategory }) => seatCategory.id === seatCategories[0]!.id),
    );
    expect(later.performance.seats.freshness.source).toBe('CACHE');
    const calls = await sandbox.journal();
    expect(calls.filter(({ method }) => method === 'getSeatsAvailability')).toHaveLength(1);
  });

  it('answers a stadium category by category, and says so when all is asked at once', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    const { performances } = await queryData<FirstPerformance>(gateway.graphql, FIRST, {
      institutions: ['arena'],
    });
    const [{ id, seatCategories }] = performances.nodes as [
      FirstPerformance['performances']['nodes'][number],
    ];
    const { errors } = await query(gateway.graphql, SEATS, { id });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(
        /`seatCategoryId` must be given: the performance has \d{5} seats/,
      ) as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    // Nothing was lost: what S-360 said a moment ago serves the narrower question.
    const seats = await queryData<Seats>(gateway.graphql, SEATS, { id, category: seatCategories[0]!.id });
    expect(seats.performance.seats.seats.length).toBeGreaterThan(0);
    expect(seats.performance.seats.freshness.source).toBe('CACHE');
  });

  it('refuses a list of performances, which would spend the calls of a minute', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    const { errors } = await query(
      gateway.graphql,
      '{ performances(first: 20) { nodes { seats { seats { id } } } } }',
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('one performance in an operation') as string,
      extensions: { code: 'LIMIT_EXCEEDED' },
    });
    const calls = await sandbox.journal();
    expect(calls.filter(({ method }) => method === 'getSeatsAvailability').length).toBeLessThanOrEqual(1);
  });
});

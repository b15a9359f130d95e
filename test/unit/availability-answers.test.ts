import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvailabilityCalls } from '../../src/datasources/s360/client.types.js';
import type { Clock } from '../../src/clock.js';
import { failureOf } from '../support/failure.js';
import {
  answer,
  connectTo,
  startRawS360,
  SUCCESS,
  type Connected,
  type RawS360,
} from '../support/raw-s360.js';

const ASKED = '301';
const OTHER = '302';
const OPTIONS = { lane: 'availability' } as const;

interface Question {
  readonly result: string;
  /** Around the entries. */
  readonly data?: string;
  readonly list: string;
  /** What an entry is about. */
  readonly member: string;
  /** What is made of an entry; as it came when absent. */
  readonly made?: (id: string) => object;
  readonly ask: (calls: AvailabilityCalls) => Promise<readonly object[]>;
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  getEventAvailability: {
    result: 'EventAvailabilityResult',
    data: 'eventAvailabilityData',
    list: 'eventAvailabilities',
    member: 'performanceId',
    ask: (calls) =>
      calls.getEventAvailability(
        { pointOfSalesId: '1', eventIds: ['201'], performanceIds: [ASKED] },
        OPTIONS,
      ),
  },
  getProductAvailability: {
    result: 'ProductAvailabilityResult',
    data: 'productAvailabilityData',
    list: 'productAvailabilities',
    member: 'productId',
    ask: (calls) => calls.getProductAvailability({ pointOfSalesId: '1', productIds: [ASKED] }, OPTIONS),
  },
  getPerformanceAvailability: {
    result: 'PerformanceAvailabilityResult',
    data: 'performanceAvailabilityData',
    list: 'performanceAvailabilities',
    member: 'performanceId',
    ask: (calls) =>
      calls.getPerformanceAvailability({ pointOfSalesId: '1', performanceIds: [ASKED] }, OPTIONS),
  },
  getSeatsAvailability: {
    result: 'SeatsAvailabilityResult',
    data: 'seatsAvailabilityData',
    list: 'seats',
    member: 'seatCategoryId',
    ask: (calls) =>
      calls.getSeatsAvailability(
        { pointOfSalesId: '1', performanceId: '9', seatCategoryIds: [ASKED] },
        OPTIONS,
      ),
  },
  getUpdatedAvailabilities: {
    result: 'AvailabilityUpdateResult',
    list: 'availabilityUpdateData',
    member: 'productId',
    made: (productId) => ({ productId, movedAt: null }),
    ask: (calls) =>
      calls.getUpdatedAvailabilities({ pointOfSalesId: '1', productIds: [ASKED], since: 0 }, OPTIONS),
  },
};

let s360: RawS360;
let house: Connected;
/** Every window of a method is over as soon as the next one is asked. */
let now = Date.now();
const CLOCK: Clock = { now: () => (now += 61_000), sleep: () => Promise.resolve() };

beforeAll(async () => {
  s360 = await startRawS360();
  house = await connectTo(s360.url, { clock: CLOCK });
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await s360[Symbol.asyncDispose]();
});

describe.each(Object.entries(QUESTIONS))(
  'the answer to %s',
  (method, { result, data, list, member, ask, made }) => {
    const about = (...ids: readonly (string | null)[]): void => {
      const entries = ids.map(
        (id) => `<${list}>${id === null ? '' : `<${member}>${id}</${member}>`}</${list}>`,
      );
      const content = data === undefined ? entries.join('') : `<${data}>${entries.join('')}</${data}>`;
      s360.reply(method, answer('AvailabilityService', method, result, SUCCESS + content));
    };

    it('is what it tells of what was asked for, and nothing else', async () => {
      const own = made?.(ASKED) ?? { [member]: ASKED };
      about(OTHER, ASKED, null, '0', ASKED);
      expect(await ask(house.availability)).toEqual([own, own]);
      about();
      expect(await ask(house.availability)).toEqual([]);
    });

    it.each([[[OTHER]], [[null]], [[OTHER, null, '303']]])(
      'is refused when it tells of others only: %j',
      async (ids) => {
        about(...ids);
        expect(await failureOf(ask(house.availability))).toMatchObject({ code: 'UPSTREAM_INVALID' });
      },
    );
  },
);

import { describe, expect, it } from 'vitest';
import { UpstreamRateLimitedError } from '../../src/errors.js';
import { MethodHealth, staleReasonOf } from '../../src/services/availability/availability-health.js';
import { failureOf } from '../../src/services/catalog/catalog-refresh-failure.js';

const MINUTE_MS = 60_000;
const CUT_OFF = new UpstreamRateLimitedError(
  { institution: 'hall', service: 'AvailabilityService', method: 'getEventAvailability' },
  'not sent',
  'REPLICA',
  { retryAfterMs: 10_000 },
);

describe('a replica that is cut off from the others', () => {
  it('looks again in a moment, however long it lasts, and says why answers grow old', () => {
    const allowance = { nextCallAt: () => 0, pollingCallsLeft: () => 100, monthEndsAt: () => 0 };
    const health = new MethodHealth(allowance, MINUTE_MS);
    for (let times = 0; times < 10; times += 1) {
      expect(health.failed('getEventAvailability', CUT_OFF, times * MINUTE_MS)).toBe(false);
    }
    expect(health.callableAt('getEventAvailability')).toBe(9 * MINUTE_MS + 10_000);
    expect(health.failureOf(['getEventAvailability'])).toBe('REPLICA_CUT_OFF');
    health.succeeded('getEventAvailability');
    expect(health.failureOf(['getEventAvailability'])).toBeNull();
  });

  it('has a reason of its own for seats and for the catalog', () => {
    expect(staleReasonOf(CUT_OFF)).toBe('REPLICA_CUT_OFF');
    expect(failureOf(CUT_OFF)).toEqual({
      staleReason: 'REPLICA_CUT_OFF',
      words: 'Redis is away, so this replica does not ask S-360 on its own',
      isRefusal: false,
      retryAfterMs: 10_000,
    });
  });
});

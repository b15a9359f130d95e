import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import type { DriftFinding } from '../../src/datasources/s360/client.types.js';
import { DriftLog, MAX_SAMPLE } from '../../src/datasources/s360/drift.js';

describe('the log of what S-360 sends and nobody knows', () => {
  it('counts a finding, and tells of it when it is new', () => {
    const told: DriftFinding[] = [];
    const log = new DriftLog({ ...systemClock, now: () => 7 }, (finding) => told.push(finding));
    log.note('CatalogService', 'kind', 'unknown-value', 'OPERA');
    log.note('CatalogService', 'kind', 'unknown-value', 'OPERA', 4);
    log.note('CatalogService', 'kind', 'unknown-value', 'CIRCUS');
    const opera = { service: 'CatalogService', path: 'kind', kind: 'unknown-value', sample: 'OPERA' };
    expect(log.list()).toEqual([
      { ...opera, count: 5, firstSeenAt: 7 },
      { ...opera, sample: 'CIRCUS', count: 1, firstSeenAt: 7 },
    ]);
    expect(told.map(({ sample, count }) => [sample, count])).toEqual([
      ['OPERA', 1],
      ['CIRCUS', 1],
    ]);
  });

  it.each([
    ['Ada Lovelace', null],
    ['ada@example.com', null],
    ['7, rue de la Paix', null],
    ['W'.repeat(MAX_SAMPLE + 1), 'W'.repeat(MAX_SAMPLE)],
    ['EVENT:SUB-TYPE', 'EVENT:SUB-TYPE'],
  ])('keeps of %s, wherever it stood, no more than a word', (sample, kept) => {
    const log = new DriftLog(systemClock);
    log.note('ContactInformationService', 'role', 'unknown-value', sample);
    expect(log.list()).toMatchObject([{ sample: kept }]);
  });

  it('has no more than two hundred findings, however many there are', () => {
    const log = new DriftLog(systemClock);
    for (let index = 0; index < 300; index++) log.note('CatalogService', `member${index}`, 'unknown-member');
    log.note('CatalogService', 'member0', 'unknown-member');
    expect(log.list()).toHaveLength(200);
    expect(log.list()[0]).toMatchObject({ path: 'member0', count: 2 });
  });
});

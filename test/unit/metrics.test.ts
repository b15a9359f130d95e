import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { createMetrics } from '../../src/metrics.js';
import { graphInstitution } from '../support/catalog-graph.js';
import { product, snapshotOf } from '../support/catalog-records.js';

describe('metrics of the institutions', () => {
  it('tell budgets and catalogs, and no limit where there is none', async () => {
    const lyric = graphInstitution('lyric', await snapshotOf([product('1'), product('2')]));
    const text = await createMetrics(new Map([['lyric', lyric]]), systemClock).metrics();
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'foyer_s360_budget_used{institution="lyric",window="MONTH"} 12',
        'foyer_s360_budget_limit{institution="lyric",window="MONTH"} 10000',
        'foyer_s360_budget_used{institution="lyric",window="MONTH_BYTES"} 34',
        'foyer_s360_circuit_open{institution="lyric"} 0',
        'foyer_catalog_products{institution="lyric"} 2',
      ]),
    );
    expect(text).not.toContain('budget_limit{institution="lyric",window="MONTH_BYTES"}');
  });

  it('leave out the age of a catalog that is not there', async () => {
    const lyric = graphInstitution('lyric', null);
    const text = await createMetrics(new Map([['lyric', lyric]]), systemClock).metrics();
    expect(text).toContain('foyer_catalog_products{institution="lyric"} 0');
    expect(text).not.toContain('foyer_catalog_age_seconds{');
  });
});

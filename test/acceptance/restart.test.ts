import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startTestGateway, temporaryFolder, type TestGateway } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';

interface CatalogState {
  readonly institutions: {
    readonly catalog: { readonly version: string; readonly freshness: { readonly source: string } };
  }[];
}

async function catalogOf(gateway: TestGateway): Promise<CatalogState['institutions'][number]['catalog']> {
  const { institutions } = await queryData<CatalogState>(
    gateway.graphql,
    '{ institutions { catalog { version freshness { source } } } }',
  );
  return institutions[0]!.catalog;
}

describe('a restart', () => {
  it('serves the stored catalog at once, and S-360 is only asked whether it still holds', async () => {
    await using sandbox = await startTestSandbox();
    const institutions = sandbox.institutions.slice(0, 1);
    const cacheDir = await temporaryFolder();
    let version: string;
    {
      await using gateway = await startTestGateway({ institutions, cacheDir });
      ({ version } = await catalogOf(gateway));
    }
    await sandbox.clearJournal();
    await using gateway = await startTestGateway({ institutions, cacheDir });
    expect((await catalogOf(gateway)).version).toBe(version);
    await eventually('a confirmed catalog', async () => {
      const { freshness } = await catalogOf(gateway);
      expect(['RESTORED', 'CACHE']).toContain(freshness.source);
      return freshness.source === 'CACHE' ? freshness : null;
    });
    const methods = (await sandbox.journal()).map(({ method }) => method);
    expect(methods).toContain('getLastSetupUpdate');
    expect(methods).not.toContain('getCatalogDetailed');
  });

  it('again and again, even with the cache lost, breaks no limit of the contract', async () => {
    await using sandbox = await startTestSandbox();
    const institutions = sandbox.institutions.slice(0, 1);
    const cacheDir = await temporaryFolder();
    for (let start = 0; start < 5; start += 1) {
      await using gateway = await startTestGateway({ institutions, cacheDir, untilReady: start === 0 });
      await eventually('a first call', async () => {
        const calls = await sandbox.journal();
        return calls.filter(({ method }) => method === 'getLastSetupUpdate').length > start ? calls : null;
      });
      await gateway.stop();
      // The journal stays: what was spent is not forgotten with what can be fetched again.
      await rm(join(cacheDir, 'cache'), { recursive: true, force: true });
    }
    const counts = new Map<string, number>();
    for (const { method, httpStatus } of await sandbox.journal()) {
      expect(httpStatus).not.toBe(509);
      counts.set(method, (counts.get(method) ?? 0) + 1);
    }
    expect(counts.get('getCatalogDetailed')).toBe(1);
    expect(counts.get('getUpdatedAvailabilities') ?? 0).toBeLessThanOrEqual(1);
    expect(counts.get('getEventAvailability') ?? 0).toBeLessThanOrEqual(1);
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressIn, FROM_SOURCES, startFoyer } from '../support/foyer-process.js';
import { settingsFor, temporaryFolder } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';

describe('the process', () => {
  it('starts from its sources with the embedded sandbox, prints one line, serves three venues and ends with 0 after SIGTERM', async () => {
    await using foyer = await startFoyer({ PORT: '0', SANDBOX_PORT: '0' }, FROM_SOURCES);
    const line = await foyer.line();
    expect(line).toMatch(/^Foyer is ready/);
    expect(line).toMatch(/sandbox.*contract minute lasts 3 s/);
    const { data } = await query(
      addressIn(line),
      '{ institutions { name catalog { productCount } } products { totalCount } }',
    );
    expect(data).toMatchObject({ institutions: [{}, {}, {}] });
    expect(await foyer.stop('SIGTERM')).toBe(0);
    await expect(fetch(addressIn(line))).rejects.toThrow('fetch failed');
  });

  it('says that its port is taken in one line and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using foyer = await startFoyer({ PORT: String(port), SANDBOX_PORT: '0' });
    expect(await foyer.exit()).toBe(1);
    expect(foyer.complaints()).toMatch(new RegExp(`^foyer: .*${port}.*\\n$`));
    other.close();
  });

  it('lists every wrong variable, a line each, and ends with 1', async () => {
    await using foyer = await startFoyer({ PORT: 'x', S360_MINUTE_MS: '1', SANDBOX_PORT: '99999' });
    expect(await foyer.exit()).toBe(1);
    expect(foyer.complaints().trimEnd().split('\n')).toHaveLength(3);
  });

  it('says in one line that its database does not answer, without who logs in, and ends with 1', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await using foyer = await startFoyer({
      PORT: '0',
      SANDBOX_PORT: '0',
      DATABASE_URL: `postgres://alice:s3cret@127.0.0.1:${port}/foyer`,
      SECRET_KEY: '0123456789abcdef0123456789abcdef',
    });
    expect(await foyer.exit()).toBe(1);
    expect(foyer.complaints()).toBe(
      `foyer: DATABASE_URL: the journal in 127.0.0.1:${port}/foyer cannot be used: nobody answers there\n`,
    );
  });

  it("refuses a wrong setting of the sandbox in the sandbox's own words", async () => {
    await using foyer = await startFoyer({ PORT: '0', SANDBOX_PORT: '0', SANDBOX_SPEED: 'fast' });
    expect(await foyer.exit()).toBe(1);
    expect(foyer.complaints()).toMatch(/^foyer: Sandbox: .*SANDBOX_SPEED.*\n$/);
  });

  it('says once that S-360 refuses the password, stays up and is not ready', async () => {
    await using sandbox = await startTestSandbox();
    const [institution] = sandbox.institutions;
    await using foyer = await startFoyer({
      ...settingsFor([{ ...institution!, password: 'not-it-at-all' }]),
      PORT: '0',
      S360_MINUTE_MS: '200',
    });
    const line = await foyer.line();
    expect(line).toContain('is not ready');
    const readiness = await fetch(new URL('/health/ready', addressIn(line)));
    expect(readiness.status).toBe(503);
    expect(JSON.stringify(await readiness.json())).toMatch(/password|credentials/);
    const metrics = await fetch(new URL('/metrics', addressIn(line)));
    expect(await metrics.text()).toMatch(/^foyer_ready 0$/m);
    const complaints = foyer.complaints().trimEnd().split('\n');
    expect(complaints.filter((text) => /password|credentials/.test(text))).toHaveLength(1);
    expect(foyer.complaints()).not.toContain('not-it-at-all');
    expect(await foyer.stop('SIGTERM')).toBe(0);
  });

  it('serves a stored catalog, DEGRADED, while S-360 is down', async () => {
    const cacheDir = await temporaryFolder();
    let settings: Record<string, string>;
    {
      await using sandbox = await startTestSandbox();
      settings = { ...settingsFor(sandbox.institutions.slice(0, 1)), CACHE_DIR: cacheDir };
      await using foyer = await startFoyer(settings);
      await foyer.line();
      expect(await foyer.stop('SIGTERM')).toBe(0);
    }
    await using foyer = await startFoyer(settings);
    const address = addressIn(await foyer.line());
    const { data, errors } = await query(
      address,
      '{ institutions { serviceLevel catalog { productCount freshness { source } } } products(first: 1) { nodes { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ institutions: [{ serviceLevel: 'DEGRADED' }], products: { nodes: [{}] } });
    expect((await fetch(new URL('/health/ready', address))).status).toBe(200);
  });
});

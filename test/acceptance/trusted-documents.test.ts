import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestGateway, temporaryFolder } from '../support/gateway.js';
import { query, subscribe } from '../support/graphql-client.js';
import { smallWorld } from '../support/small-world.js';
import { startTestSandbox } from '../support/sandbox.js';

const LISTED = '{ institutions { code } }';

describe('a gateway that was told its documents', () => {
  it('answers them and no others, over both transports', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'documents.json');
    await writeFile(file, JSON.stringify({ institutions: LISTED }));
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { TRUSTED_DOCUMENTS: file },
    });
    expect((await query(gateway.graphql, LISTED)).data).toEqual({
      institutions: sandbox.institutions.map(({ code }) => ({ code })),
    });
    const other = await query(gateway.graphql, '{ institutions { name } }');
    expect(other).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'FORBIDDEN', correlationId: other.headers.get('x-request-id') } }],
    });
    await using colors = subscribe(gateway.graphql, 'subscription { availabilityChanged { kind } }');
    await expect(colors.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await rm(folder, { recursive: true });
  });

  it('does not start with a list that cannot be read', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const env = { TRUSTED_DOCUMENTS: '/nowhere/documents.json' };
    await expect(startTestGateway({ institutions: sandbox.institutions, env })).rejects.toThrow(
      'TRUSTED_DOCUMENTS cannot be read: /',
    );
  });
});

import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

it('a gateway that serves everybody real institutions says so, and shows them its schema', async () => {
  await using sandbox = await startTestSandbox({ world: smallWorld() });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  await using gateway = await startTestGateway({ institutions: sandbox.institutions, log });
  expect(lines.filter((line) => line.includes('everybody who reaches this process'))).toHaveLength(1);
  expect(await queryData(gateway.url, '{ __schema { queryType { name } } }')).toEqual({
    __schema: { queryType: { name: 'Query' } },
  });
});

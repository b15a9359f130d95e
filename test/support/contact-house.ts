import type { Logger } from 'pino';
import type { Clock } from '../../src/clock.js';
import { startTestGateway, type TestGateway } from './gateway.js';
import { query, type Answer } from './graphql-client.js';
import { smallWorld } from './small-world.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import type { NewContact } from '../../src/sandbox/contacts/contact.types.js';
import { inventedContacts } from '../../src/sandbox/contacts/invented-contacts.js';

/** A gateway and a sandbox with one small institution, `small`, that has contacts. */
export interface ContactHouse extends AsyncDisposable {
  readonly sandbox: TestSandbox;
  readonly gateway: TestGateway;
  /** Of S-360's point of sales; what is changed here the gateway hears of a day later. */
  readonly posConfig: Record<string, unknown>;
  /** Sends one operation. */
  ask<Data = Record<string, unknown>>(
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  /** The data; an error fails the test. */
  data<Data = Record<string, unknown>>(document: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Contact methods that S-360 was asked since this was asked last. */
  calls(): Promise<string[]>;
  /** Every contact that S-360 has. */
  books(): Promise<readonly { readonly contactNumber: string; readonly state: string }[]>;
}

export interface ContactHouseOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly cacheDir?: string;
  /** Members of the point of sales that differ. */
  readonly posConfig?: Readonly<Record<string, unknown>>;
  /** The invented ones when absent. */
  readonly contacts?: NewContact[];
}

export async function startContactHouse(options: ContactHouseOptions = {}): Promise<ContactHouse> {
  const world = smallWorld();
  const [institution] = world.institutions;
  Object.assign(institution!.posConfig, options.posConfig);
  institution!.contacts = options.contacts ?? inventedContacts('small');
  const sandbox = await startTestSandbox({ world });
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: { S360_CALLS_PER_MINUTE: '1000', ...options.env },
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.log ? { log: options.log } : {}),
    ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
  });
  let seen = 0;
  const house: ContactHouse = {
    sandbox,
    gateway,
    posConfig: institution!.posConfig,
    ask: (document, variables) => query(gateway.graphql, document, variables),
    async data<Data>(document: string, variables?: Record<string, unknown>) {
      const { data, errors } = await house.ask<Data>(document, variables);
      if (errors !== undefined || !data) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
    async calls() {
      const all = (await sandbox.journal()).filter(
        ({ service }) => service === 'ContactInformationPublicService',
      );
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh.map(({ method }) => method);
    },
    books: async () => (await sandbox.books('small')).contacts,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
  return house;
}

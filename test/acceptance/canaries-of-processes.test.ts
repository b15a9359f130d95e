import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApiKey } from '../../src/auth/api-keys.js';
import { Outlets, type Canaries } from '../support/canaries.js';
import { sendCredentials, sendStrays, sendStraysOnSocket, STRAY } from '../support/canary-clients.js';
import { crashOnSignal, runCommand } from '../support/canary-commands.js';
import { HOLDER, OWN_SECRETS, startCanaryHouse, type CanaryHouse } from '../support/canary-house.js';
import { ECHOES } from '../support/echoing-s360.js';
import { eventually } from '../support/eventually.js';
import { addressIn, startFoyer } from '../support/foyer-process.js';
import { temporaryFolder } from '../support/gateway.js';
import { query, queryData, subscribe } from '../support/graphql-client.js';
import { ORDERS } from '../support/order-world.js';
import { NO_POSTGRES, POSTGRES_BINARIES, runAt, skipNote } from '../support/postgres.js';
import { NO_REDIS } from '../support/redis.js';

const MISSING = NO_POSTGRES ?? NO_REDIS;
const WRONG_KEY = newApiKey();
const BUYER = {
  'first name': 'Zephyrine-Kanari',
  'last name': "O'Canarÿ & Qwertz",
  email: 'kanari.7719@vogel.example',
  phone: '+33 6 77 19 00 42',
  street: '7719 rue du Serin',
  town: 'Vogelstadt-7719',
} as const satisfies Canaries;

const CREATE_CONTACT = `mutation Contact($input: CreateContactInput!) { createContact(input: $input) { contact { id email } userErrors { code message } } }`;
const UPDATE_CONTACT = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } userErrors { code message } } }`;
const SEARCH = `query ($search: ContactSearch!) { contacts(search: $search) { nodes { id } } }`;
const PLACE = `mutation Place($input: CreateOrderInput!) { placeOrder(input: $input) { order { id state tickets { holder barcode { value svg } } printableUrl } userErrors { code message } } }`;

interface Placed {
  readonly placeOrder: {
    readonly order: {
      readonly id: string;
      readonly tickets: readonly {
        readonly holder: string | null;
        readonly barcode: { readonly value: string };
      }[];
      readonly printableUrl: string;
    };
  };
}

describe.skipIf(MISSING !== null)(`nothing that is secret or personal gets out${skipNote(MISSING)}`, () => {
  let house: CanaryHouse;
  beforeAll(async () => {
    house = await startCanaryHouse();
  }, 60_000);
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  it('of a process that goes through everything which can happen to it', { timeout: 120_000 }, async () => {
    const { url, apiKey, s360, toFoyer, toRedis, toPostgres } = house;
    const answers = new Outlets();
    const key = { 'x-api-key': apiKey, 'x-forwarded-for': STRAY['an address behind proxies'] };
    const ask = async (document: string, variables: object = {}): Promise<void> => {
      const { data, errors } = await query(url, document, variables, key);
      answers.add('an error', JSON.stringify(errors ?? null));
      const payloads = Object.values(data ?? {}) as readonly { readonly userErrors?: unknown }[];
      answers.add('a user error', JSON.stringify(payloads.map((payload) => payload?.userErrors ?? null)));
    };

    // What goes well.
    const tokens = { good: await house.token(), old: await house.token({ expiresIn: -600 }) };
    const forged = await house.token({ secret: 'another-secret-of-more-than-32-characters' });
    for (const authorization of [`Bearer ${apiKey}`, `Bearer ${tokens.good}`]) {
      await queryData(url, '{ institutions { code } guide }', {}, { ...partner, authorization });
    }
    await using live = subscribe(url, 'subscription { availabilityChanged { kind } }', {}, { apiKey });
    await live.next();
    const contact = await queryData<{ createContact: { contact: { id: string } } }>(
      url,
      CREATE_CONTACT,
      { input: contactInput('first') },
      key,
    );
    const contactId = contact.createContact.contact.id;
    const { placeOrder: sold } = await queryData<Placed>(
      url,
      PLACE,
      { input: orderInput('first', contactId) },
      key,
    );
    expect(sold.order.tickets.map(({ holder }) => holder)).toEqual([HOLDER]);
    const { pathname } = new URL(sold.order.printableUrl);
    expect((await fetch(new URL(pathname, url))).headers.get('content-type')).toBe('application/pdf');
    answers.add('a spoilt address', await (await fetch(new URL(`${pathname.slice(0, -4)}AAAA`, url))).text());

    // What clients do wrong.
    const refused = await sendCredentials(url, [WRONG_KEY, tokens.old, forged]);
    expect(refused.map(({ status }) => status)).toEqual([401, 4401, 4401, 401, 4401, 4401, 401, 4401, 4401]);
    const mistakes = [...(await sendStrays(url, apiKey)), ...(await sendStraysOnSocket(url, apiKey))];
    for (const { what, text } of [...refused, ...mistakes]) answers.add(`the answer to ${what}`, text);

    // What S-360 gives back.
    for (const echo of ECHOES) {
      s360.echoNext('ContactInformation', echo);
      await ask(CREATE_CONTACT, { input: contactInput(`echo ${echo}`) });
      s360.echoNext('ContactInformation', echo);
      await ask(UPDATE_CONTACT, {
        input: { id: contactId, lastName: BUYER['last name'], phone: BUYER.phone },
      });
      s360.echoNext('ContactInformation', echo);
      await ask(SEARCH, { search: { institution: ORDERS.code, email: BUYER.email } });
      s360.echoNext('ExternalOrder', echo);
      await ask(PLACE, { input: orderInput(`echo ${echo}`, contactId) });
      expect([echo, s360.echoed(echo)]).toEqual([echo, expect.any(Number)]);
      expect(s360.echoed(echo)).toBeGreaterThan(2);
    }

    // What stores do.
    await redisAway();
    const outlets = new Outlets();
    await postgresAway(outlets, () => ask(PLACE, { input: orderInput('without a journal', contactId) }));

    const barcodes = sold.order.tickets.map(({ barcode }) => barcode.value);
    const secretIds = [...s360.said().matchAll(/<orderSecretId>([^<]+)</g)].map(([, id]) => id!);
    const canaries: Canaries = {
      ...OWN_SECRETS,
      ...BUYER,
      ...STRAY,
      'API key': apiKey,
      'wrong API key': WRONG_KEY,
      token: tokens.good,
      'signature of a token': tokens.good.split('.')[2]!,
      'token that has expired': tokens.old,
      'token of somebody else': forged,
      'password of the operator': house.sandbox.institutions[0]!.password,
      'name of the operator': house.sandbox.institutions[0]!.username,
      holder: HOLDER,
      'address of tickets': pathname,
      ...Object.fromEntries(barcodes.map((barcode, index) => [`barcode ${index}`, barcode])),
      ...Object.fromEntries(secretIds.map((id, index) => [`secret of an order ${index}`, id])),
    };
    await lookEverywhere(outlets);
    expect(outlets.found(canaries)).toEqual([]);
    // What a field or an operation is called is no value.
    const { 'text of a query': _name, ...values } = canaries;
    expect(answers.found(values)).toEqual([]);
    expect(answers.size).toBeGreaterThan(80);

    // Each of them was where it belongs.
    const crossed = new Outlets();
    crossed.add('client', toFoyer.sent());
    crossed.add('client, as GraphQL answered', JSON.stringify(sold));
    crossed.add('S-360, asked', s360.heard());
    crossed.add('S-360, answered', s360.said());
    crossed.add('Redis', toRedis.sent());
    crossed.add('PostgreSQL', toPostgres.sent());
    // Of these only what became of them can be seen: an address was signed, a token believed, a socket masks what it sends.
    const {
      'secret key': _key,
      'secret of tokens': _secret,
      'a payload of connection_init': _payload,
      'a message that is no JSON': _message,
      ...visible
    } = canaries;
    expect(mistakes.at(-1)).toMatchObject({ what: 'a message that is no JSON', status: 4400 });
    expect(crossed.missing(visible)).toEqual([]);
    expect(JSON.stringify(house.subgraph.calls)).toContain(STRAY['a header for partners']);
    expect(secretIds.length).toBeGreaterThan(1);
  });

  it('of the programs beside it, and of one that crashes', { timeout: 120_000 }, async () => {
    await using folder = await disposableFolder();
    const { apiKey } = house;
    const outlets = new Outlets();
    const month = new Date().toISOString().slice(0, 7);
    const reconcile = ['reconcile', '--institution', ORDERS.code, '--month', month] as const;
    const wrong = 'kanari-wrong-password-7719';
    const canaries: Record<string, string> = {
      ...OWN_SECRETS,
      ...BUYER,
      holder: HOLDER,
      'API key': apiKey,
      'wrong password': wrong,
      'password of the operator': house.sandbox.institutions[0]!.password,
      'name of the operator': house.sandbox.institutions[0]!.username,
    };

    const { DATABASE_URL, REDIS_URL, OTEL_EXPORTER_OTLP_ENDPOINT: _spans, ...embedded } = house.settings;
    const settings = { ...embedded, CACHE_DIR: folder.path };
    const crash = join(folder.path, 'crash.mjs');
    await writeFile(crash, crashOnSignal({ ...BUYER, ...OWN_SECRETS, holder: HOLDER }));
    await using foyer = await startFoyer({ ...settings, NODE_OPTIONS: `--import=${crash}` });
    const address = addressIn(await foyer.line());
    const key = { 'x-api-key': apiKey };
    const made = await queryData<{ createContact: { contact: { id: string } } }>(
      address,
      CREATE_CONTACT,
      { input: contactInput('embedded') },
      key,
    );
    const { placeOrder: sold } = await queryData<Placed>(
      address,
      PLACE,
      { input: orderInput('embedded', made.createContact.contact.id) },
      key,
    );
    canaries['barcode'] = sold.order.tickets[0]!.barcode.value;
    canaries['address of tickets'] = new URL(sold.order.printableUrl).pathname;

    const keyFile = join(folder.path, 'key');
    await writeFile(keyFile, `${apiKey}\n`);
    const asked = ['--url', new URL('.', address).href, '--api-key-file', keyFile];
    const withWrong = (url: string | undefined): string => {
      const changed = new URL(url!);
      changed.password = wrong;
      return changed.href;
    };
    const operator = `S360_${ORDERS.code.toUpperCase()}_PASSWORD`;
    const stores = { DATABASE_URL: withWrong(DATABASE_URL), REDIS_URL: withWrong(REDIS_URL) };
    const backup = join(folder.path, 'copy.sqlite');
    const outcomes = [
      await runCommand(['doctor', ...asked], settings),
      await runCommand(['doctor', '--json'], { ...settings, ...stores, [operator]: wrong }),
      await runCommand(reconcile, settings),
      await runCommand(reconcile, { ...settings, DATABASE_URL: stores.DATABASE_URL }),
      await runCommand(['backup', '--to', backup], settings),
      await runCommand(['backup', '--to', `${backup}.2`], { ...settings, ...stores }),
      await runCommand(['main'], { ...settings, ...stores }),
      await runCommand(['main'], { ...settings, ...wrongSettings(wrong, apiKey) }),
      await runCommand(['doctor'], { ...settings, ...wrongSettings(wrong, apiKey) }),
    ];
    expect(outcomes.map(({ what, code }) => `${what.split(' ')[0]} ${code}`)).toEqual([
      'doctor 0',
      'doctor 1',
      'reconcile 1',
      'reconcile 2',
      'backup 0',
      'backup 1',
      'main 1',
      'main 1',
      'doctor 1',
    ]);
    for (const { what, out, complaints } of outcomes) outlets.add(what, out + complaints);
    const newKey = await runCommand(['key', '--name', 'shop', '--scopes', 'catalog:read']);
    canaries['new key'] = /foyer_\S+/.exec(newKey.complaints)![0];
    outlets.add('the entry of a new key', newKey.out);

    foyer.signal('SIGUSR2');
    expect(await foyer.exit()).toBe(1);
    expect(foyer.complaints()).toMatch(/"level":60.*nobody caught this.*the connection broke.*\n$/);
    await rm(keyFile);
    await rm(crash);
    outlets.add('a process that crashed', foyer.written());
    await outlets.addFolder(folder.path);
    expect(outlets.countFrom('copy.sqlite')).toBe(1);
    expect(outlets.found(canaries)).toEqual([]);
  });

  /** Cut, then with another password. */
  async function redisAway(): Promise<void> {
    const { foyer, redis, toRedis } = house;
    const away = (): number => foyer.complaints().split('Redis is away').length;
    const answers = (): number => foyer.complaints().split('Redis answers').length;
    for (const change of [
      () => Promise.resolve(''),
      () => redis.command('CONFIG', 'SET', 'requirepass', 'other'),
    ]) {
      const before = { away: away(), answers: answers() };
      await change();
      toRedis.cut();
      await eventually('that Redis is away', () => (away() > before.away ? true : null));
      toRedis.mend();
      const refusals = toRedis.count('AUTH');
      await eventually('another try', () => (toRedis.count('AUTH') > refusals + 1 ? true : null));
      await redis
        .command(
          '-a',
          'other',
          '--no-auth-warning',
          'CONFIG',
          'SET',
          'requirepass',
          OWN_SECRETS['password of Redis'],
        )
        .catch(() => '');
      await eventually('Redis again', () => (answers() > before.answers ? true : null));
    }
  }

  /** The same; an order is asked for each time. */
  async function postgresAway(outlets: Outlets, order: () => Promise<void>): Promise<void> {
    const { databaseUrl, toPostgres, url } = house;
    toPostgres.cut();
    await order();
    outlets.add('readiness without a journal', await (await fetch(`${url}health/ready`)).text());
    outlets.add('metrics without a journal', await (await fetch(`${url}metrics`)).text());
    await runAt(databaseUrl, `ALTER ROLE postgres PASSWORD 'other'`);
    toPostgres.mend();
    await order();
    const now = new URL(databaseUrl);
    now.password = 'other';
    await runAt(now.href, `ALTER ROLE postgres PASSWORD '${OWN_SECRETS['password of PostgreSQL']}'`);
  }

  async function lookEverywhere(outlets: Outlets): Promise<void> {
    const { foyer, url, toRedis, databaseUrl, collector, stateDir } = house;
    for (const path of ['metrics', 'health/ready', 'health/live']) {
      outlets.add(`/${path}`, await (await fetch(url + path)).text());
    }
    const { stdout } = await promisify(execFile)(
      join(POSTGRES_BINARIES!, 'pg_dump'),
      ['--dbname', databaseUrl],
      {
        maxBuffer: 100_000_000,
      },
    );
    expect(stdout).toContain('COPY foyer.customer_order');
    outlets.add('PostgreSQL', stdout);
    // Keys that have run out and messages are in it too; only who logs in is left out.
    outlets.add('Redis', toRedis.sent().replaceAll(/AUTH\r\n(\$\d+\r\n[^\r]*\r\n){1,2}/g, ''));
    await eventually('spans', () => (collector.spans.length > 20 ? true : null));
    expect(await foyer.stop('SIGTERM')).toBe(0);
    for (const body of collector.bodies) outlets.add('spans', body);
    await outlets.addFolder(stateDir);
    for (const line of foyer.written().split('\n')) outlets.add('a line of the log', line);
    expect(outlets.countFrom('a line of the log')).toBeGreaterThan(100);
    expect(foyer.complaints()).toContain('"level":20');
  }
});

/** Settings that hold secrets in places where they cannot be used. */
function wrongSettings(password: string, apiKey: string): Record<string, string> {
  return {
    DATABASE_URL: `postgres://postgres:${password}/@127.0.0.1:1/foyer`,
    REDIS_URL: `redis://:${password}@127.0.0.1:1/x`,
    PUBLIC_URL: `ftp://shop:${password}@foyer.example`,
    S360_INSTITUTIONS: `small=https://operator:${password}@s360.example,https://operator:${password}@s360.example,other=ftp://operator:${password}@s360.example`,
    SUBGRAPHS: `guide=http://me:${password}@guide.example,http://me:${password}@other.example`,
    JWT_SECRET: password,
    JWT_JWKS_URL: `https://me:${password}@id.example/keys`,
    API_KEYS: apiKey,
    OTEL_EXPORTER_OTLP_ENDPOINT: `ftp://me:${password}@collector.example`,
    CORS_ORIGINS: `https://me:${password}@shop.example`,
  };
}

async function disposableFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await temporaryFolder();
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const partner = { 'x-partner': STRAY['a header for partners'] };

function contactInput(clientRequestId: string): object {
  return {
    institution: ORDERS.code,
    clientRequestId,
    firstName: BUYER['first name'],
    lastName: BUYER['last name'],
    email: BUYER.email,
    phone: BUYER.phone,
    address: { lines: [BUYER.street], town: BUYER.town, countryCode: 'FR', main: true },
  };
}

function orderInput(clientOrderId: string, contactId: string): object {
  const id = (number: number): string => `${ORDERS.code}:${number}`;
  const [performanceId, seatCategoryId] = [id(ORDERS.performanceIds[0]), id(ORDERS.categoryIds[0])];
  return {
    clientOrderId,
    contactId,
    lines: [{ performanceId, seatCategoryId, tariffId: id(ORDERS.tariffId), quantity: 1 }],
  };
}

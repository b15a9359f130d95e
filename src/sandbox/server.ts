import { once, setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallJournal } from './call-journal.js';
import { createSandboxClock } from './clock.js';
import { ContactBook } from './contacts/contact-book.js';
import { createFaultScripts } from './faults.js';
import { createInstitution } from './institution.js';
import { createLimits } from './limits.js';
import type { InstitutionWorld, World } from './model.js';
import { openWorld } from './open-world.js';
import { createAvailabilitySwitches } from './operations/availability-switches.js';
import { createCatalogAnswers } from './operations/catalog-answers.js';
import { createJobs } from './operations/jobs.js';
import { createOrderOffice } from './orders/order-office.js';
import { SANDBOX_PASSWORD, operatorOf } from './protocol/credentials.js';
import { createRandom } from './random.js';
import { route } from './router.js';
import type { SandboxParts, ServedInstitution } from './sandbox-parts.js';

export interface SandboxOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The loopback address by default: the sandbox guards nothing. */
  readonly host?: string;
  /** False serves nothing at `/_sandbox/`. */
  readonly control?: boolean;
  /** Served as it is; a test may go on editing it. */
  readonly world?: World;
  /** A catalog file to make an institution of, instead of the sandbox's own world. */
  readonly worldFile?: string;
  readonly seed: string | number;
  /** Megabytes that the concert hall's catalog has in SOAP; its natural size when absent. */
  readonly sizeMb?: number;
  /** Pace of the simulated buyers; 0 stops them. */
  readonly speed: number;
  /** Real milliseconds that every operation takes on top of its work. */
  readonly latencyMs: number;
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  /** Real milliseconds after which an asynchronous method answers `in_progress`: 30 s as at S-360. */
  readonly asyncWaitMs?: number;
}

export interface SandboxServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly institutions: readonly InstitutionAddress[];
  /** Ends life and connections; may be called twice. */
  stop(): Promise<void>;
}

/** How to reach one institution, as a gateway is configured. */
export interface InstitutionAddress {
  readonly code: string;
  /** What comes before `/tnseb`. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
}

const ASYNC_WAIT_MS = 30_000;
/** Longer than any client keeps an idle connection: then it is never cut while a request is on its way. */
const KEEP_ALIVE_MS = 120_000;

/** Serves a world. Rejects when the port is taken or the world file cannot be used. */
export async function startSandbox(options: SandboxOptions): Promise<SandboxServer> {
  const { host = '127.0.0.1', minuteMs } = options;
  const clock = createSandboxClock();
  const stopping = new AbortController();
  // Every call that is held up listens; more than ten are no leak.
  setMaxListeners(0, stopping.signal);
  const random = createRandom(options.seed).fork('faults');
  const world = await openWorld(options, clock.now());
  const institutions = world.institutions.map((each) => serveable(each, options, clock));
  const parts: SandboxParts = {
    clock,
    journal: createCallJournal(),
    limits: createLimits({ minuteMs }),
    faults: createFaultScripts((probability) => random.chance(probability)),
    institutions: new Map(institutions.map((each) => [each.code, each])),
    hasControl: options.control ?? true,
    latencyMs: options.latencyMs,
    asyncWaitMs: options.asyncWaitMs ?? ASYNC_WAIT_MS,
    stopping: stopping.signal,
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
    route(parts, { request, response }),
  );
  const { port } = await listen(server, options.port, host);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  for (const { life, orders } of institutions) {
    life.start();
    orders.book.start();
  }

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    for (const { life, orders } of institutions) {
      life.stop();
      orders.book.stop();
    }
    stopping.abort();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  return {
    url,
    port,
    institutions: institutions.map(({ code }) => ({
      code,
      baseUrl: `${url}/${code}`,
      username: operatorOf(code),
      password: SANDBOX_PASSWORD,
    })),
    stop: () => (stopped ??= stop()),
  };
}

function serveable(
  world: InstitutionWorld,
  { minuteMs, speed, seed }: SandboxOptions,
  clock: SandboxParts['clock'],
): ServedInstitution {
  const life = createInstitution(world, { clock, minuteMs, speed, seed });
  const contacts = new ContactBook(clock, world.contacts);
  return {
    life,
    code: world.code,
    world,
    stock: life.stock,
    clock,
    minuteMs,
    switches: createAvailabilitySwitches(),
    catalog: createCatalogAnswers(world),
    contacts,
    orders: createOrderOffice({ world, stock: life.stock, clock, minuteMs, contacts, seed }),
    jobs: createJobs({ clock, minuteMs }),
  };
}

async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  server.listen(port, host);
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

import type { IncomingMessage } from 'node:http';
import { editSetup } from '../life/edit-setup.js';
import type { State } from '../model.js';
import { emptyAnswer, jsonAnswer, type Answer } from '../protocol/answer.js';
import { readBody } from '../protocol/request-body.js';
import type { SandboxParts, ServedInstitution } from '../sandbox-parts.js';
import { readFault } from './fault-input.js';
import {
  ControlInputError,
  broken,
  optionalBoolean,
  optionalNumber,
  optionalOneOf,
  optionalText,
  readInput,
  readQuery,
  requiredNumber,
  requiredOneOf,
} from './input.js';
import { holdAgain, ORDER_RULES, ruleOrders, showBooks } from './order-control.js';

type Handler = (parts: SandboxParts, body: Buffer, query: URLSearchParams) => unknown;

export const CONTROL_PREFIX = '/_sandbox/';
const STATES: readonly State[] = [
  'PREPARING',
  'VALIDATED',
  'RUNNING',
  'SUSPENDED',
  'CANCELED',
  'CLOSED',
  'CANCELED_CLOSED',
];

/** Answers a request below `/_sandbox/`: no credentials, no limits, not in the journal. */
export async function serveControl(parts: SandboxParts, request: IncomingMessage): Promise<Answer> {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const name = path.slice(CONTROL_PREFIX.length);
  const handlers = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (!handlers) {
    return jsonAnswer(404, {
      error: `There is no ${path}; there are ${Object.keys(ROUTES)
        .map((name) => CONTROL_PREFIX + name)
        .join(', ')}`,
    });
  }
  const handler = handlers[request.method ?? ''];
  if (!handler) return jsonAnswer(405, { error: `${path} knows ${Object.keys(handlers).join(', ')} only` });
  const body = await readBody(request);
  if (!body) return emptyAnswer(413);
  try {
    return jsonAnswer(200, handler(parts, body, searchParams));
  } catch (error) {
    if (error instanceof ControlInputError) return jsonAnswer(400, { error: error.message });
    throw error;
  }
}

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  journal: {
    GET: ({ journal }) => ({ calls: journal.list() }),
    DELETE({ journal }) {
      journal.clear();
      return { calls: [] };
    },
  },
  faults: {
    GET: ({ faults }) => ({ faults: faults.list() }),
    POST({ faults, institutions }, body) {
      faults.add(readFault(body, [...institutions.keys()]));
      return { faults: faults.list() };
    },
    DELETE({ faults }) {
      faults.clear();
      return { faults: [] };
    },
  },
  clock: {
    GET: ({ clock }) => ({ now: clock.now() }),
    POST({ clock, institutions }, body) {
      clock.advance(requiredNumber(readInput(body, ['advanceMs']), 'advanceMs', { min: 0 }));
      for (const { orders } of institutions.values()) orders.book.expireDue();
      return { now: clock.now() };
    },
  },
  stock: { POST: setStock },
  setup: { POST: changeSetup },
  availability: { POST: bendAvailability },
  books: {
    GET: (parts, _body, query) => showBooks(institutionIn(parts, readQuery(query, ['institution']))),
  },
  orders: {
    POST(parts, body) {
      const input = readInput(body, ORDER_RULES);
      return ruleOrders(institutionIn(parts, input), input);
    },
  },
};

/** Names of what there is below the prefix. */
export const CONTROL_ROUTES: readonly string[] = Object.keys(ROUTES);

function setStock(parts: SandboxParts, body: Buffer): object {
  const input = readInput(body, ['institution', 'performanceId', 'seatCategoryId', 'remaining']);
  const institution = institutionIn(parts, input);
  const { stock, clock } = institution;
  const performanceId = requiredNumber(input, 'performanceId', { min: 1 });
  const seatCategoryId = optionalNumber(input, 'seatCategoryId', { min: 1 }) ?? null;
  const remaining = requiredNumber(input, 'remaining', { min: 0 });
  if (!stock.setRemaining(performanceId, seatCategoryId, remaining, clock.now())) {
    if (seatCategoryId === null) throw broken('performanceId', 'a performance with places', performanceId);
    throw broken('seatCategoryId', 'a seat category of that performance', { performanceId, seatCategoryId });
  }
  holdAgain(institution, performanceId);
  return { entries: stock.performanceEntries([performanceId], EACH_CATEGORY, clock.now()) };
}

const EACH_CATEGORY = { seatCategoryIds: [-1], contingentIds: [] };

function changeSetup(parts: SandboxParts, body: Buffer): object {
  const input = readInput(body, ['institution', 'productId', 'name', 'amount', 'state']);
  const institution = institutionIn(parts, input);
  const productId = requiredNumber(input, 'productId', { min: 1 });
  const change = {
    productId,
    name: optionalText(input, 'name'),
    amount: optionalNumber(input, 'amount', { min: 0 }),
    state: optionalOneOf(input, 'state', STATES),
  };
  if (!editSetup(institution, change, parts.clock.now())) {
    throw broken('productId', 'a product of that institution', productId);
  }
  return { lastSetupUpdate: institution.world.lastSetupUpdate };
}

function bendAvailability(parts: SandboxParts, body: Buffer): object {
  const input = readInput(body, ['institution', 'hideQuantity', 'renameLevel', 'freeze', 'touchEveryMinute']);
  const { switches, life } = institutionIn(parts, input);
  switches.hideQuantity = optionalBoolean(input, 'hideQuantity') ?? switches.hideQuantity;
  switches.touchEveryMinute = optionalBoolean(input, 'touchEveryMinute') ?? switches.touchEveryMinute;
  switches.renameLevel = levelNames(input['renameLevel']) ?? switches.renameLevel;
  const freeze = optionalBoolean(input, 'freeze') ?? switches.freeze;
  if (freeze !== switches.freeze) {
    switches.freeze = freeze;
    if (freeze) life.stop();
    else life.start();
  }
  return { ...switches };
}

function levelNames(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  if (!isObject || !Object.values(value).every((name) => typeof name === 'string')) {
    throw broken('renameLevel', 'an object of usual words and other words', value);
  }
  return { ...value };
}

function institutionIn(
  { institutions }: SandboxParts,
  input: Readonly<Record<string, unknown>>,
): ServedInstitution {
  return institutions.get(requiredOneOf(input, 'institution', [...institutions.keys()]))!;
}

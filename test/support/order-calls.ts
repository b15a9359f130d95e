import { readXml, type XmlElement } from '../../src/sandbox/protocol/xml-reader.js';
import { escapeXml } from '../../src/sandbox/protocol/xml-writer.js';
import type { ServiceName } from '../../src/sandbox/operations/operation.types.js';
import { callRaw } from './raw-soap.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import type { SandboxOptions } from '../../src/sandbox/server.js';
import { ORDERS, orderWorld } from './order-world.js';

export type Protocol = 'soap' | 'rest';

/** An answer of either protocol in one form: scalars are text, absent and null are undefined, lists always lists. */
export interface Node {
  readonly [member: string]: Leaf;
}
export type Leaf = string | undefined | Node | readonly Leaf[];

/** What calls an institution's order services. */
export interface OrderCaller {
  readonly call: (service: ServiceName, method: string, parameters?: object) => Promise<Node>;
  /** `createOrUpdateOrder` for places of the first performance and category, unless said otherwise. */
  readonly create: (more?: object) => Promise<Node>;
  readonly pay: (orderId: string, amount: number, more?: object) => Promise<Node>;
  readonly close: (orderId: string, more?: object) => Promise<Node>;
  readonly details: (orderId: string, granularity?: string) => Promise<Node>;
}

const LISTS: ReadonlySet<string> = new Set([
  'operationDataUpdates',
  'movementDataUpdates',
  'removeOperationIds',
  'removeMovementIds',
  'operationDatas',
  'movementDatas',
  'movementsData',
  'orderDetailsDatas',
  'tickets',
  'ticketSummaries',
  'files',
  'orders',
  'fileContacts',
  'fileAttachments',
  'paymentDetails',
  'performanceAvailabilities',
]);

export function startOrderSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  return startTestSandbox({ world: orderWorld(), ...options });
}

export function orderCaller(sandbox: TestSandbox, protocol: Protocol): OrderCaller {
  const ask = protocol === 'soap' ? soapCaller(sandbox) : restCaller(sandbox);
  return {
    call: ask,
    create: (more = places(2)) =>
      ask('ExternalOrderFacade', 'createOrUpdateOrder', { pointOfSalesId: ORDERS.posId, ...more }),
    pay: (orderId, amount, more = {}) =>
      ask('ExternalOrderFacade', 'createPaymentsAndCloseOrder', {
        orderId,
        orderType: 'SALE',
        payments: [{ paymentMethodId: ORDERS.pendingId, amount }],
        ...more,
      }),
    close: (orderId, more = { generateBarCodes: true }) =>
      ask('ExternalOrderService', 'closeOrder', { orderId, orderType: 'SALE', ...more }),
    details: async (orderId, granularity = 'TICKETS') =>
      nodeIn(
        await ask('ExternalOrderService', 'getOrderDetails', { orderId, granularity }),
        'orderDetailsData',
      ),
  };
}

interface Wish {
  readonly performanceId?: number;
  readonly seatCategoryId?: number;
  readonly audienceSubCategoryId?: number;
}

/** The list of `createOrUpdateOrder` for best seats. */
export function places(quantity: number, wish: Wish = {}, preferedAreas: readonly number[] = []): object {
  const attribution = {
    performanceId: ORDERS.performanceIds[0],
    seatCategoryId: ORDERS.categoryIds[0],
    audienceSubCategoryId: ORDERS.tariffId,
    quantity,
    ...wish,
  };
  return { singleEntryAttributionOperations: [{ operationAttributions: [attribution], preferedAreas }] };
}

export function nodeIn(node: Node, member: string): Node {
  const value = node[member];
  if (typeof value === 'object' && !Array.isArray(value)) return value as Node;
  throw new Error(`${member} is not there: ${JSON.stringify(node)}`);
}

export function listIn(node: Node, member: string): readonly Node[] {
  return (node[member] ?? []) as readonly Node[];
}

export function textIn(node: Node, member: string): string {
  const value = node[member];
  if (typeof value === 'string') return value;
  throw new Error(`${member} is not there: ${JSON.stringify(node)}`);
}

/** Of a successful `createOrUpdateOrder`. */
export function orderIdOf(created: Node): string {
  return textIn(nodeIn(created, 'orderUpdateData'), 'orderId');
}

/** Texts of one member, of all that a list has. */
export function columnOf(node: Node, list: string, member: string): (string | undefined)[] {
  return listIn(node, list).map((each) => each[member] as string | undefined);
}

function soapCaller(sandbox: TestSandbox): OrderCaller['call'] {
  return async (service, method, parameters = {}) => {
    const institution = sandbox.institutions[0]!;
    const { text, status } = await callRaw(institution, { service, method, parameters: xmlOf(parameters) });
    if (status !== 200) throw new Error(`${method}: ${status} ${text}`);
    const body = readXml(text).children.find(({ name }) => name === 'Body')!;
    return nodeOf(body.children[0]!.children[0]!);
  };
}

function restCaller(sandbox: TestSandbox): OrderCaller['call'] {
  const { baseUrl, username, password } = sandbox.institutions[0]!;
  let token: Promise<string> | undefined;
  const getToken = async (): Promise<string> => {
    const response = await fetch(`${baseUrl}/tnai/backend-apis/v1/auth`, {
      method: 'POST',
      body: JSON.stringify({ operator: username, secret: password }),
    });
    return ((await response.json()) as { token: string }).token;
  };
  return async (service, method, parameters = {}) => {
    token ??= getToken();
    const version = service === 'ExternalSeatingService' ? 'v1_0' : 'v1_33';
    const name = service.charAt(0).toLowerCase() + service.slice(1);
    const response = await fetch(`${baseUrl}/tnseb/backend-apis/${name}/${version}/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token}` },
      body: JSON.stringify(parameters),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method}: ${response.status} ${text}`);
    return plain(JSON.parse(text)) as Node;
  };
}

function xmlOf(parameters: object): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each: unknown) => ({ name, each })),
    )
    .map(({ name, each }) => {
      const content = typeof each === 'object' && each !== null ? xmlOf(each) : escapeXml(String(each));
      return `<${name}>${content}</${name}>`;
    })
    .join('');
}

function nodeOf(element: XmlElement): Node {
  const members: Record<string, Leaf> = {};
  for (const child of element.children) {
    const value = child.children.length > 0 ? nodeOf(child) : child.text;
    if (!LISTS.has(child.name)) members[child.name] = value;
    else members[child.name] = [...((members[child.name] ?? []) as Leaf[]), value];
  }
  return members;
}

function plain(value: unknown): Leaf {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const entries = Object.entries(value).map(([name, each]): [string, Leaf] => [name, plain(each)]);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

import type { AvailabilityColor } from '../../domain/availability.js';

/** How to reach one institution's S-360, and what the contract with it allows. */
export interface S360Settings {
  readonly institution: string;
  /** What comes before `/tnseb`, without a slash at the end. */
  readonly baseUrl: string;
  /** The virtual operator. */
  readonly username: string;
  readonly password: string;
  /** Length of the contract's minute; hours, days and months are made of such minutes. */
  readonly minuteMs: number;
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  /** Null: not limited. */
  readonly bytesPerMonth: number | null;
  readonly catalogScope: 'EXTENDED' | 'DEFAULT';
  /** Level words of this institution that differ from ours. */
  readonly levels: Readonly<Record<string, AvailabilityColor>>;
  readonly deadlines?: Partial<Deadlines>;
}

/** For a whole call, from the first byte sent to the last one read, in milliseconds. */
export interface Deadlines {
  readonly callMs: number;
  /** Availability is asked while somebody waits. Never longer than `callMs`. */
  readonly availabilityMs: number;
  readonly catalogMs: number;
  /** Creating, changing and closing orders: S-360 may work on a close for half a minute. */
  readonly orderMs: number;
}

/** A catalog of 10 MB takes S-360 about 20 s; the other reads answer at once or not at all. */
export const DEFAULT_DEADLINES: Deadlines = {
  callMs: 10_000,
  availabilityMs: 5_000,
  catalogMs: 180_000,
  orderMs: 30_000,
};

/** What changes an order. */
const ORDER_WRITES: ReadonlySet<string> = new Set([
  'createOrUpdateOrder',
  'createPaymentsAndCloseOrder',
  'closeOrder',
  'abandonMovements',
  'cancelOperations',
  'doSeatingForOperations',
]);

/** The methods whose answer is the whole catalog. */
const CATALOG_METHODS: ReadonlySet<string> = new Set(['getCatalogDetailed', 'getCatalog']);

export function deadlineOf({ deadlines }: S360Settings, service: ServiceName, method: string): number {
  const { callMs, availabilityMs, catalogMs, orderMs } = { ...DEFAULT_DEADLINES, ...deadlines };
  if (CATALOG_METHODS.has(method)) return catalogMs;
  if (ORDER_WRITES.has(method)) return orderMs;
  return service === 'AvailabilityService' ? Math.min(availabilityMs, callMs) : callMs;
}

/** Bytes that one answer may have after inflating. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** A stadium of 60,000 seats is some 15 MB. */
export const MAX_SEATS_BYTES = 64 * 1024 * 1024;
export const MAX_CATALOG_BYTES = 200 * 1024 * 1024;

const REALTIME = 'com.secutix.service.realtime';

/** Where each service is below the base address, and where its description is in `wsdl/`. SetupService's address was not seen and follows its neighbours. */
const SERVICES = {
  CatalogService: service('tnseb', `${REALTIME}.catalog`, 'v1_33'),
  AvailabilityService: service('tnseb', `${REALTIME}.availability`, 'v1_33'),
  SetupService: service('tnseb', `${REALTIME}.setup`, 'v1_33'),
  ContactInformationPublicService: service('tnco', 'com.secutix.service.contact', 'v2_21'),
  ExternalOrderFacade: service('tnseb', `${REALTIME}.externalorder`, 'v1_33'),
  ExternalOrderService: service('tnseb', `${REALTIME}.externalorder`, 'v1_33'),
  ExternalOrderHistoryService: service('tnseb', `${REALTIME}.history`, 'v1_33'),
  ExternalSeatingService: service('tnseb', `${REALTIME}.seat`, 'v1_0'),
} as const;

export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

interface ServicePlace {
  readonly module: string;
  readonly javaPackage: string;
  readonly version: string;
}

function service(module: string, javaPackage: string, version: string): ServicePlace {
  return { module, javaPackage, version };
}

/** Path of the SOAP endpoint below the base address. */
export function soapPathOf(name: ServiceName): string {
  const { module, javaPackage, version } = SERVICES[name];
  return `/${module}/external-remoting/${javaPackage}.${version}.${name}.webservice`;
}

/** The service's description, relative to the folder `wsdl/`. */
export function descriptionFileOf(name: ServiceName): string {
  return `${SERVICES[name].version}/${name}.wsdl`;
}

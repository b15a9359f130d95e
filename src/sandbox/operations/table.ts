import { availabilityOperations } from './availability.js';
import { catalogOperations } from './catalog.js';
import { contactOperations } from './contacts.js';
import type { Operation, ServiceName } from './operation.types.js';
import { orderFacadeOperations } from './order-facade.js';
import { orderHistoryOperations } from './order-history.js';
import { paymentOperations } from './order-payments.js';
import { seatingOperations } from './order-seating.js';
import { orderServiceOperations } from './order-service.js';
import { setupOperations } from './setup.js';

/** One service as S-360 addresses it. */
export interface Service {
  readonly name: ServiceName;
  /** First part of the path. */
  readonly module: string;
  readonly version: string;
  readonly soapPackage: string;
  readonly restName: string;
  /** Of requests and answers; whether it ends with a slash depends on the module. */
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** Every service that the sandbox has, with its operations by method name. */
export const SERVICES: readonly Service[] = [
  service('CatalogService', 'com.secutix.service.realtime.catalog', catalogOperations),
  service('AvailabilityService', 'com.secutix.service.realtime.availability', availabilityOperations),
  service('SetupService', 'com.secutix.service.realtime.setup', setupOperations),
  service('ContactInformationPublicService', 'com.secutix.service.contact', contactOperations, {
    module: 'tnco',
    version: 'v2_21',
    namespaceEnd: '/',
  }),
  service('ExternalOrderFacade', 'com.secutix.service.realtime.externalorder', orderFacadeOperations),
  service('ExternalOrderService', 'com.secutix.service.realtime.externalorder', orderServiceOperations),
  service('ExternalOrderHistoryService', 'com.secutix.service.realtime.history', orderHistoryOperations),
  service('ExternalPaymentService', 'com.secutix.service.realtime.externalpayment', paymentOperations),
  service('ExternalSeatingService', 'com.secutix.service.realtime.seat', seatingOperations, {
    version: 'v1_0',
  }),
];

/** Path of the SOAP endpoint, below the institution. */
export function soapPath({ module, soapPackage, version, name }: Service): string {
  return `/${module}/external-remoting/${soapPackage}.${version}.${name}.webservice`;
}

/** Path of a REST-RPC service, below the institution and without the method. */
export function restPath({ module, restName, version }: Service): string {
  return `/${module}/backend-apis/${restName}/${version}`;
}

interface Address {
  readonly module?: string;
  readonly version?: string;
  readonly namespaceEnd?: '' | '/';
}

function service(
  name: ServiceName,
  soapPackage: string,
  operations: readonly Operation[],
  { module = 'tnseb', version = 'v1_33', namespaceEnd = '' }: Address = {},
): Service {
  return {
    name,
    module,
    version,
    soapPackage,
    restName: name.charAt(0).toLowerCase() + name.slice(1),
    namespace: `http://${version}.${name}.service.secutix.com${namespaceEnd}`,
    operations: new Map(operations.map((operation) => [operation.method, operation])),
  };
}

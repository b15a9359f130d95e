import { availabilityOperations } from './availability.js';
import { catalogOperations } from './catalog.js';
import type { Operation, ServiceName } from './operation.types.js';
import { setupOperations } from './setup.js';

/** One service as S-360 addresses it. */
export interface Service {
  readonly name: ServiceName;
  /** First part of the path. */
  readonly module: string;
  readonly soapPackage: string;
  readonly restName: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

export const VERSION = 'v1_33';

/** Every service that the sandbox has, with its operations by method name. */
export const SERVICES: readonly Service[] = [
  service('CatalogService', 'com.secutix.service.realtime.catalog', catalogOperations),
  service('AvailabilityService', 'com.secutix.service.realtime.availability', availabilityOperations),
  service('SetupService', 'com.secutix.service.realtime.setup', setupOperations),
];

/** Path of the SOAP endpoint, below the institution. */
export function soapPath({ module, soapPackage, name }: Service): string {
  return `/${module}/external-remoting/${soapPackage}.${VERSION}.${name}.webservice`;
}

/** Path of a REST-RPC service, below the institution and without the method. */
export function restPath({ module, restName }: Service): string {
  return `/${module}/backend-apis/${restName}/${VERSION}`;
}

/** Namespace of requests and answers, as the `tnseb` services spell it. */
export function namespaceOf({ name }: Service): string {
  return `http://${VERSION}.${name}.service.secutix.com`;
}

function service(name: ServiceName, soapPackage: string, operations: readonly Operation[]): Service {
  return {
    name,
    module: 'tnseb',
    soapPackage,
    restName: name.charAt(0).toLowerCase() + name.slice(1),
    operations: new Map(operations.map((operation) => [operation.method, operation])),
  };
}

import type { EnvironmentReader } from './environment.js';

/** How much one process takes on before it turns work away. */
export interface AdmissionConfig {
  readonly requestsInFlight: number;
  readonly sockets: number;
}

export function readAdmission(read: EnvironmentReader): AdmissionConfig {
  return {
    // What a process answers in a quarter of a second when it is small.
    requestsInFlight: read.integer('MAX_REQUESTS_IN_FLIGHT', { fallback: 500, min: 10, max: 100_000 }),
    // Some 30 KB each: 600 MB.
    sockets: read.integer('MAX_SOCKETS', { fallback: 20_000, min: 1, max: 1_000_000 }),
  };
}

import { FAULT_KINDS, type FaultScript } from '../faults.js';
import { SERVICES } from '../operations/table.js';
import { optionalNumber, optionalOneOf, readInput, requiredOneOf } from './input.js';

const LONGEST_DELAY_MS = 3_600_000;
/** Without a length these would do nothing. */
const USUAL_DELAY_MS = 1_000;
const DELAYING: ReadonlySet<string> = new Set(['latency', 'delayBefore', 'delayAfter']);
const MEMBERS = ['institution', 'service', 'method', 'kind', 'times', 'probability', 'delayMs'];

/** A fault as it was ordered; names that exist nowhere are refused, since such a fault would never hit. */
export function readFault(body: Buffer, institutions: readonly string[]): FaultScript {
  const input = readInput(body, MEMBERS);
  const services = SERVICES.map(({ name }) => name);
  const service = optionalOneOf(input, 'service', services);
  const methods = SERVICES.filter(({ name }) => service === undefined || name === service).flatMap(
    ({ operations }) => [...operations.keys()],
  );
  const kind = requiredOneOf(input, 'kind', FAULT_KINDS);
  const delayMs = optionalNumber(input, 'delayMs', { min: 0, max: LONGEST_DELAY_MS });
  return withoutAbsent({
    kind,
    institution: optionalOneOf(input, 'institution', institutions),
    service,
    method: optionalOneOf(input, 'method', methods),
    times: optionalNumber(input, 'times', { min: 1 }),
    probability: optionalNumber(input, 'probability', { min: 0, max: 1, isWhole: false }),
    delayMs: delayMs ?? (DELAYING.has(kind) ? USUAL_DELAY_MS : undefined),
  });
}

type Absent<T> = { [K in keyof T]: T[K] | undefined };

function withoutAbsent(script: Absent<Required<FaultScript>> & Pick<FaultScript, 'kind'>): FaultScript {
  const entries = Object.entries(script).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(entries), kind: script.kind };
}

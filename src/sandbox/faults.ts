export const FAULT_KINDS = [
  'latency',
  'delayBefore',
  'delayAfter',
  'soapFault',
  'http500',
  'http509',
  'truncate',
  'malformed',
  'resetBefore',
  'resetAfter',
  'inProgress',
  'unknownEnum',
  'hang',
  'entityExpansion',
  'deepNesting',
  'oversize',
  'wrongNamespace',
  'emptyAnswer',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that was ordered: it hits the calls that match all of the names given. */
export interface FaultScript {
  readonly kind: FaultKind;
  readonly institution?: string;
  readonly service?: string;
  readonly method?: string;
  /** How many calls it still hits; without a number it stays until the faults are cleared. */
  readonly times?: number;
  /** Chance that a matching call is hit, 1 by default; a call that is spared does not use up `times`. */
  readonly probability?: number;
  /** For `latency`, `delayBefore` and `delayAfter`; 1000 by default. */
  readonly delayMs?: number;
}

export interface FaultTarget {
  readonly institution: string;
  readonly service: string;
  readonly method: string;
}

/** What happens to one call: every kind drawn for it, with the delays added up by kind. */
export interface DrawnFaults {
  has(kind: FaultKind): boolean;
  delayMs(kind: FaultKind): number;
}

export interface FaultScripts {
  add(script: FaultScript): void;
  list(): readonly FaultScript[];
  clear(): void;
  /** Decides about one call; uses up one of `times` of each script that hits it. */
  draw(target: FaultTarget): DrawnFaults;
}

const DEFAULT_DELAY_MS = 1_000;

/** `chance` answers true with the given probability. */
export function createFaultScripts(chance: (probability: number) => boolean): FaultScripts {
  let scripts: FaultScript[] = [];

  return {
    add: (script) => void scripts.push(script),
    list: () => scripts,
    clear() {
      scripts = [];
    },
    draw(target) {
      const delays = new Map<FaultKind, number>();
      scripts = scripts.flatMap((script) => {
        const isHit =
          matches(script, target) && (script.probability === undefined || chance(script.probability));
        if (!isHit) return [script];
        delays.set(script.kind, (delays.get(script.kind) ?? 0) + (script.delayMs ?? DEFAULT_DELAY_MS));
        if (script.times === undefined) return [script];
        return script.times > 1 ? [{ ...script, times: script.times - 1 }] : [];
      });
      return { has: (kind) => delays.has(kind), delayMs: (kind) => delays.get(kind) ?? 0 };
    },
  };
}

function matches(script: FaultScript, target: FaultTarget): boolean {
  return (
    (script.institution === undefined || script.institution === target.institution) &&
    (script.service === undefined || script.service === target.service) &&
    (script.method === undefined || script.method === target.method)
  );
}

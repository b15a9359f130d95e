import { METHOD_LIMITS, type MethodLimit } from './guesses.js';

/** The right to ask a limited method: one for each window. */
export interface MethodToken {
  /** `Service.method`, or `Service.method/key`. */
  readonly name: string;
  readonly windowMs: number;
}

/** Added to each window, as a share of the minute: two machines' clocks do not run alike. */
export const MARGIN = 0.01;
/** Tokens of seats are many, one for each performance: beyond this many, the free ones are forgotten. */
const MANY = 1_000;

/** Which limited methods may be asked again, and when. */
export class MethodTokens {
  constructor(
    private readonly minuteMs: number,
    /** By name: epoch ms from when it is free. */
    private readonly freeAtByName: Map<string, number>,
  ) {}

  /** Null for a method without a limit of its own. */
  of(service: string, method: string, key?: string): MethodToken | null {
    const name = `${service}.${method}`;
    const limit = METHOD_LIMITS.get(name);
    if (limit === undefined) return null;
    return {
      name: limit.perKey && key !== undefined ? `${name}/${key}` : name,
      windowMs: this.windowMs(limit),
    };
  }

  freeAt({ name }: MethodToken): number {
    return this.freeAtByName.get(name) ?? 0;
  }

  set({ name }: MethodToken, freeAt: number, now: number): void {
    if (this.freeAtByName.size > MANY) this.forgetFree(now);
    this.freeAtByName.set(name, freeAt);
  }

  private forgetFree(now: number): void {
    for (const [name, freeAt] of this.freeAtByName) if (freeAt <= now) this.freeAtByName.delete(name);
  }

  private windowMs({ minutes }: MethodLimit): number {
    return this.minuteMs * (minutes + MARGIN);
  }
}

/** A token is taken for the call's deadline and the window after it; settings allow no longer deadline than half an hour. */
export function longestTakenForMs(minuteMs: number): number {
  const longestWindow = Math.max(...[...METHOD_LIMITS.values()].map(({ minutes }) => minutes));
  return minuteMs * (longestWindow + MARGIN) + LONGEST_DEADLINE_MS;
}

const LONGEST_DEADLINE_MS = 1_800_000;

import type { Clock } from '../../clock.js';
import type { MethodUsage } from './client.types.js';

/** Calls and failures by method since the process began. */
export class CallStatistics {
  private readonly methods = new Map<string, MethodUsage>();

  constructor(private readonly clock: Clock) {}

  count(service: string, method: string, succeeded: boolean): void {
    const key = `${service}.${method}`;
    const { calls, errors } = this.methods.get(key) ?? { calls: 0, errors: 0 };
    this.methods.set(key, {
      service,
      method,
      calls: calls + 1,
      errors: errors + (succeeded ? 0 : 1),
      lastCallAt: this.clock.now(),
    });
  }

  list(): readonly MethodUsage[] {
    return [...this.methods.values()];
  }
}

import { Gauge, type Registry } from 'prom-client';

export interface ProcessFacts {
  readonly version: string;
  readonly isReady: () => boolean;
  /** Null: there is no Redis to be connected to. */
  readonly isRedisUp: (() => boolean) | null;
  /** How many of these processes there should be; null: nobody said. */
  readonly replicas: number | null;
}

/** What is true of the process as a whole, read when `/metrics` is asked. */
export function registerProcessGauges(
  registry: Registry,
  { version, isReady, isRedisUp, replicas }: ProcessFacts,
): void {
  const info: Gauge<'version'> = new Gauge({
    name: 'foyer_build_info',
    help: 'Always 1; which version runs',
    labelNames: ['version'],
    registers: [registry],
  });
  info.set({ version }, 1);
  if (replicas !== null) {
    const expected: Gauge = new Gauge({
      name: 'foyer_replicas_expected',
      help: 'How many replicas REPLICAS says there are',
      registers: [registry],
    });
    expected.set(replicas);
  }
  flag('foyer_ready', '1 while /health/ready answers 200', isReady);
  if (isRedisUp !== null) flag('foyer_redis_up', '1 while Redis answers this replica', isRedisUp);

  function flag(name: string, help: string, read: () => boolean): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [], collect: () => gauge.set(read() ? 1 : 0) });
    registry.registerMetric(gauge);
  }
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SubgraphAnswered } from '../federation/federation.types.js';

export interface SubgraphSignals {
  /** A subgraph answered a question, or did not. */
  answered(answer: SubgraphAnswered): void;
  /** `isNewest` is read when `/metrics` is asked. */
  watchSupergraph(isNewest: () => boolean): void;
}

/** What is told of a partner's subgraphs; names are from the configuration, outcomes from a closed list. */
export function createSubgraphSignals(registry: Registry): SubgraphSignals {
  const registers = [registry];
  const requests = new Counter({
    name: 'foyer_subgraph_requests_total',
    help: "Questions to partners' subgraphs, by what came of them; a second try counts again",
    labelNames: ['subgraph', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'foyer_subgraph_request_seconds',
    help: "How long partners' subgraphs took, whatever came of it",
    labelNames: ['subgraph'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return {
    answered({ subgraph, outcome, ms }) {
      requests.inc({ subgraph, outcome });
      seconds.observe({ subgraph }, ms / 1_000);
    },
    watchSupergraph(isNewest) {
      const gauge: Gauge = new Gauge({
        name: 'foyer_supergraph_newest',
        help: '0 while the subgraphs have schemas that do not fit, and an older supergraph is served',
        registers,
        collect: () => gauge.set(isNewest() ? 1 : 0),
      });
    },
  };
}

import type { RequestContext } from '../context.js';
import type { Freshness } from '../domain/freshness.js';

type Operation = Pick<RequestContext, 'loaders'>;

/** Epoch ms by operation. Loaders are new for each operation, and so is what is noted of it. */
const dueBy = new WeakMap<Operation['loaders'], number>();

/** Notes that the answer has a part that will be known better from `due` (epoch ms) on; null: already now. */
export function noteDue({ loaders }: Operation, due: number | null): void {
  dueBy.set(loaders, Math.min(dueBy.get(loaders) ?? Infinity, due ?? -Infinity));
}

/** The same for a part of which its freshness is known: one that is older than it should be is due now. */
export function noteFreshness(operation: Operation, { staleReason, nextRefreshAt }: Freshness): void {
  noteDue(operation, staleReason === null ? nextRefreshAt : null);
}

/** When the first part noted is due; null when none was. */
export function dueOf({ loaders }: Operation): number | null {
  return dueBy.get(loaders) ?? null;
}

import type { Logger } from 'pino';
import type { ColorLog } from '../journal/color-log.js';
import type { SharedColorLog } from '../journal/shared-color-log.js';
import type { AvailabilityOptions } from '../services/availability/availability.js';
import type { RunningFeed } from '../services/availability/availability-feed.js';
import type { SharedDemand } from '../services/availability/availability-shared-demand.js';
import type { SharedState } from './shared-state.js';

/** What replicas share of colors: one log of polls, and what the clients of each want to know. */
export interface SharedColors {
  readonly log: SharedColorLog;
  readonly demand: SharedDemand;
  readonly sharePolls: NonNullable<AvailabilityOptions['sharePolls']>;
  /** Follows the other replicas from now on. */
  start(feed: Pick<RunningFeed, 'restart'>): void;
  stop(): Promise<void>;
}

/** Null for the one process that shares nothing; none of it is loaded then. `history` keeps changes for good. */
export async function openSharedColors(
  shared: Pick<SharedState, 'link' | 'nameOf'> | null,
  { history, log }: { readonly history: ColorLog; readonly log: Logger },
): Promise<SharedColors | null> {
  if (shared === null) return null;
  const [{ ColorStream }, { SharedColorLog }, { SharedDemand }, { SharedPolls }] = await Promise.all([
    import('../journal/color-stream.js'),
    import('../journal/shared-color-log.js'),
    import('../services/availability/availability-shared-demand.js'),
    import('../services/availability/availability-shared-polls.js'),
  ]);
  const { link } = shared;
  const space = `foyer:${shared.nameOf('')}`;
  // The number is that of the shape of its entries.
  const stream = new ColorStream({ connection: link, key: `${space}colors:2` });
  const colorLog = new SharedColorLog({ stream, history, log });
  const demand = new SharedDemand(link, { key: `${space}demand` });
  return {
    log: colorLog,
    demand,
    sharePolls: (parts) => new SharedPolls({ ...parts, sharedLog: colorLog }),
    start(feed) {
      colorLog.onRestarted(() => feed.restart());
      colorLog.start();
      demand.start();
    },
    async stop() {
      demand.stop();
      await colorLog.stop();
    },
  };
}

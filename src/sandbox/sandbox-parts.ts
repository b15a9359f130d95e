import type { CallJournal } from './call-journal.js';
import type { SandboxClock } from './clock.js';
import type { FaultScripts } from './faults.js';
import type { SandboxInstitution } from './institution.js';
import type { Limits } from './limits.js';
import type { Jobs } from './operations/jobs.js';
import type { OperationScope } from './operations/operation.types.js';

/** One institution as the protocols serve it. */
export interface ServedInstitution extends OperationScope {
  readonly life: SandboxInstitution;
  readonly jobs: Jobs;
}

/** What all calls share; built once by `server.ts`. */
export interface SandboxParts {
  readonly clock: SandboxClock;
  readonly journal: CallJournal;
  readonly limits: Limits;
  readonly faults: FaultScripts;
  /** By code. */
  readonly institutions: ReadonlyMap<string, ServedInstitution>;
  /** Whether it is served at `/_sandbox/` what changes the sandbox. */
  readonly hasControl: boolean;
  /** Real milliseconds that every operation takes on top of its work. */
  readonly latencyMs: number;
  /** Real milliseconds after which an asynchronous method answers `in_progress`; with 0 it always does at first. */
  readonly asyncWaitMs: number;
  /** Aborts when the sandbox stops. */
  readonly stopping: AbortSignal;
}

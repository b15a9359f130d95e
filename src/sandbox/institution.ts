import type { InstitutionWorld } from './model.js';
import type { Stock } from './stock.types.js';

/** One institution as the sandbox runs it: its data, what is left to sell, and the life in it. */
export interface SandboxInstitution {
  readonly code: string;
  readonly world: InstitutionWorld;
  readonly stock: Stock;
  /** Lets the buyers and the organiser loose; nothing happens when the speed is 0. */
  start(): void;
  /** Ends them; may be called twice. */
  stop(): void;
}

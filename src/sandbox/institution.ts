import { createBuyers } from './life/buyers.js';
import { createOrganiser } from './life/organiser.js';
import type { InstitutionWorld } from './model.js';
import { createRandom } from './random.js';
import { createStock } from './stock.js';
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

export interface InstitutionOptions {
  /** Epoch ms of the sandbox's clock, which can be moved. */
  readonly clock: { now(): number };
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  /** 1 is the pace of a demonstration; 0 stops buyers and organiser. */
  readonly speed: number;
  readonly seed: string | number;
}

export function createInstitution(world: InstitutionWorld, options: InstitutionOptions): SandboxInstitution {
  const { clock, minuteMs, speed } = options;
  const random = createRandom(options.seed).fork(`life of ${world.code}`);
  const stock = createStock(world);
  const pace = { clock, minuteMs, speed };
  const buyers = createBuyers({ institution: world, stock, ...pace, random: random.fork('buyers') });
  const organiser = createOrganiser({
    institution: { world, stock },
    ...pace,
    random: random.fork('organiser'),
  });

  return {
    code: world.code,
    world,
    stock,
    start() {
      buyers.start();
      if (!world.isCopy) organiser.start();
    },
    stop() {
      buyers.stop();
      organiser.stop();
    },
  };
}

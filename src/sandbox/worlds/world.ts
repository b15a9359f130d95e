import { inventedContacts } from '../contacts/invented-contacts.js';
import type { InstitutionWorld, World } from '../model.js';
import { buildArena } from './arena.js';
import { buildAtlas } from './atlas.js';
import { buildLyric } from './lyric.js';

export interface WorldOptions {
  /** The same seed makes the same world, but for its dates. */
  readonly seed: string | number;
  /** How many megabytes of XML the catalog of the concert hall is to be, up to 50; its natural size when absent. */
  readonly sizeMb?: number | undefined;
  /** Epoch ms of the sandbox's clock: what is on sale lies after it. */
  readonly nowMs: number;
}

const LARGEST_MB = 50;

/** The sandbox's own world: a concert hall, a museum and a stadium. Throws RangeError for a size it cannot make. */
export function createWorld({ seed, sizeMb, nowMs }: WorldOptions): World {
  if (sizeMb !== undefined && !(sizeMb > 0 && sizeMb <= LARGEST_MB)) {
    throw new RangeError(
      `Cannot make a world: sizeMb must be over 0 and at most ${LARGEST_MB}, got ${sizeMb}`,
    );
  }
  return {
    institutions: [
      buildLyric({ seed, nowMs, sizeMb }),
      buildAtlas({ seed, nowMs }),
      buildArena({ seed, nowMs }),
    ].map(withContacts),
  };
}

function withContacts(institution: InstitutionWorld): InstitutionWorld {
  return { ...institution, contacts: inventedContacts(institution.code) };
}

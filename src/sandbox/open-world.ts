import type { World } from './model.js';
import { createWorld } from './worlds/world.js';

export interface WorldChoice {
  readonly world?: World;
  readonly worldFile?: string;
  readonly seed: string | number;
  readonly sizeMb?: number;
}

/** The world file cannot be used; the message says which and why. */
export class WorldFileError extends Error {
  override readonly name = 'WorldFileError';
}

/** The world to serve: the one handed over, or the sandbox's own. */
export async function openWorld(choice: WorldChoice, nowMs: number): Promise<World> {
  const { world, worldFile, seed, sizeMb } = choice;
  if (worldFile !== undefined) throw new WorldFileError(`SANDBOX_WORLD "${worldFile}" cannot be read yet`);
  return world ?? createWorld({ seed, sizeMb, nowMs });
}

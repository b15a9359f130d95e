import type { World } from './model.js';

export interface WorldChoice {
  readonly world?: World;
}

/** The world to serve. */
export async function openWorld({ world }: WorldChoice, _nowMs: number): Promise<World> {
  if (world) return world;
  throw new Error('Cannot open a world: expected one, got none');
}

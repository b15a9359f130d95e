import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { importWorld } from './importer.js';
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

/** The world to serve: the one handed over, one made of a file, or the sandbox's own. */
export async function openWorld(choice: WorldChoice, nowMs: number): Promise<World> {
  const { world, worldFile, seed, sizeMb } = choice;
  if (world) return world;
  if (worldFile === undefined) return createWorld({ seed, sizeMb, nowMs });
  const json = await readJson(worldFile);
  try {
    return importWorld(json, { nowMs, fileName: basename(worldFile) });
  } catch (error) {
    throw unusable(worldFile, (error as Error).message, error);
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? `it is not JSON (${error.message})` : (error as Error).message;
    throw unusable(path, reason, error);
  }
}

function unusable(path: string, reason: string, cause: unknown): WorldFileError {
  return new WorldFileError(
    `SANDBOX_WORLD "${path}" cannot be used: ${reason.replace(/\s+/g, ' ').slice(0, 300)}`,
    { cause },
  );
}

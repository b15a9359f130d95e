import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const S360_WORDS = '../../datasources/s360/order-words.js';
const S360_WIRE = '../../datasources/s360/wire/availability.js';

/** For each room that has a rule: an import that it must refuse, and one that it must let through. */
const ROOMS: readonly (readonly [file: string, refused: string, allowed: string])[] = [
  ['src/domain/room.ts', '../clock.js', '../errors.js'],
  ['src/auth/room.ts', '../server/http.js', '../domain/caller.js'],
  ['src/redis/room.ts', '../cache/store.js', '../clock.js'],
  ['src/cache/room.ts', '../datasources/catalog.js', '../redis/redis-link.types.js'],
  ['src/journal/room.ts', '../redis/open-redis.js', '../threads.js'],
  ['src/printing/room.ts', '../services/reach.js', '../domain/symbology.js'],
  ['src/datasources/room.ts', '../services/reach.js', '../journal/database.js'],
  ['src/datasources/s360/room.ts', '../catalog.js', '../../domain/ids.js'],
  ['src/services/room.ts', '../resolvers/schema.js', '../datasources/catalog.js'],
  ['src/services/orders/room.ts', '../../config/config.js', '../catalog/loaded-catalog.js'],
  ['src/services/words.ts', '../datasources/s360/guesses.js', '../datasources/s360/client.types.js'],
  ['src/services/orders/words.ts', S360_WORDS, '../../datasources/s360/order-calls.types.js'],
  ['src/services/orders/wire.ts', S360_WIRE, '../../datasources/order-refusals.js'],
  ['src/resolvers/orders/room.ts', '../../datasources/s360/client.js', '../../services/reach.js'],
  ['src/server/room.ts', '../gateway/gateway.js', '../services/reach.js'],
  ['src/federation/room.ts', '../services/reach.js', '../server/http.js'],
  ['src/sandbox/orders/room.ts', '../../domain/ids.js', '../model.js'],
];

describe('rooms', () => {
  it('the linter refuses an import against the direction, and no other', async () => {
    await using house = await houseOf(
      ROOMS.map(([file, refused, allowed]) => [
        file,
        `import { a } from '${refused}';\nimport { b } from '${allowed}';\nexport const c = [a, b];\n`,
      ]),
    );
    expect(await house.restrictedImports()).toStrictEqual(
      ROOMS.map(([file, refused]) => `${file} ${refused}`).toSorted(),
    );
  });
});

async function houseOf(files: readonly (readonly [file: string, text: string])[]) {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-rooms-'));
  await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return {
    async restrictedImports(): Promise<string[]> {
      const { diagnostics } = JSON.parse(await oxlint(folder)) as { diagnostics: readonly Diagnostic[] };
      return diagnostics
        .filter(({ code }) => code.includes('no-restricted-imports'))
        .map(({ filename, message }) => `${filename} ${/'([^']+)'/.exec(message)?.[1]}`)
        .toSorted();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
}

/** Its report; that it found something is no failure here. */
function oxlint(cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      join(root, 'node_modules/.bin/oxlint'),
      ['-c', '.oxlintrc.json', '--format', 'json', 'src'],
      { cwd },
      (error, stdout) =>
        stdout === '' ? reject(error ?? new Error('oxlint said nothing')) : resolve(stdout),
    );
  });
}

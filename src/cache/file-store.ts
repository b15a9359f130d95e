import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyvStoreAdapter } from 'keyv';

export interface FileStoreOptions {
  /** Made when the first value is stored. */
  readonly dir: string;
  /** Values whose loss at a power cut would cost more than the milliseconds of flushing them to the disk. */
  readonly isFlushed: (key: string) => boolean;
}

/** A part of a catalog has tens of kilobytes; nothing we keep comes near this, so a larger file is not ours. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
const HASH_BYTES = 64;
/** Older ones were left by a process that died while writing. */
const ABANDONED_MS = 60 * 60_000;

/**
 * Keyv on a folder: a file for each key. A value is written beside its place and then renamed, so that a reader sees
 * the old value or the new one; a checksum turns half-written and damaged files into misses. Reads never fail;
 * writes reject with the system's error, which Keyv makes an `error` event of.
 */
export class FileStore extends EventEmitter implements KeyvStoreAdapter {
  readonly opts: FileStoreOptions;
  /** The last write of a key under way: a later one must not be overtaken by it. */
  readonly #writing = new Map<string, Promise<void>>();
  #prepared: Promise<void> | null = null;

  constructor(options: FileStoreOptions) {
    super();
    this.opts = options;
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    // Keyv decodes the text, looks at its time to live, and deletes what is over.
    return (await this.#read(key)) as Value | undefined;
  }

  async set(key: string, value: unknown): Promise<boolean> {
    const body = Buffer.from(String(value));
    if (body.length > MAX_FILE_BYTES - HASH_BYTES - 1) return false;
    await this.#inTurn(key, () => this.#write(key, body));
    return true;
  }

  async delete(key: string): Promise<boolean> {
    let existed = true;
    await this.#inTurn(key, async () => {
      existed = await unlink(this.#pathOf(key)).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
    });
    return existed;
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.#writing.values());
    for (const name of await this.#names()) await rm(join(this.opts.dir, name), { force: true });
  }

  /** Waits for the writes under way. */
  async disconnect(): Promise<void> {
    await Promise.allSettled(this.#writing.values());
  }

  async #read(key: string): Promise<string | undefined> {
    try {
      const file = await open(this.#pathOf(key), 'r');
      try {
        if ((await file.stat()).size > MAX_FILE_BYTES) return undefined;
        const bytes = await file.readFile();
        const body = bytes.subarray(HASH_BYTES + 1);
        return bytes.subarray(0, HASH_BYTES).toString('latin1') === hashOf(body)
          ? body.toString()
          : undefined;
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  async #write(key: string, body: Buffer): Promise<void> {
    await this.#prepare();
    const temporary = join(this.opts.dir, `${randomUUID()}${TEMPORARY}`);
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(Buffer.concat([Buffer.from(`${hashOf(body)}\n`), body]));
        if (this.opts.isFlushed(key)) await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#pathOf(key));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #inTurn(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#writing.set(key, turn);
    try {
      await turn;
    } finally {
      if (this.#writing.get(key) === turn) this.#writing.delete(key);
    }
  }

  #prepare(): Promise<void> {
    this.#prepared ??= this.#makeFolder().catch((error: unknown) => {
      this.#prepared = null;
      throw error;
    });
    return this.#prepared;
  }

  async #makeFolder(): Promise<void> {
    await mkdir(this.opts.dir, { recursive: true, mode: 0o700 });
    const oldest = Date.now() - ABANDONED_MS;
    for (const name of await this.#names()) {
      if (!name.endsWith(TEMPORARY)) continue;
      const path = join(this.opts.dir, name);
      const age = await stat(path).catch(() => null);
      if (age !== null && age.mtimeMs < oldest) await rm(path, { force: true });
    }
  }

  /** Only our own files: somebody may have put others beside them. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.opts.dir).catch(() => []);
    return names.filter((name) => name.endsWith(STORED) || name.endsWith(TEMPORARY));
  }

  #pathOf(key: string): string {
    return join(this.opts.dir, fileNameOf(key));
  }
}

const STORED = '.entry';
const TEMPORARY = '.partial';

/** Readable for the one who looks into the folder, and distinct by the hash whatever the key holds. */
export function fileNameOf(key: string): string {
  const readable = key.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, 60);
  return `${readable}.${createHash('sha256').update(key).digest('hex').slice(0, 32)}${STORED}`;
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

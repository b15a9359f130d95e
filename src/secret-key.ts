import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from './errors.js';

/**
 * The process's secret: it signs what must come back unaltered and seals what must not be read. Every purpose has a
 * key of its own. Of several secrets the first one signs and seals; all of them verify and open, so that one can be
 * exchanged for another without losing what the old one sealed.
 */
export interface SecretKey {
  /** Base64url, 22 characters. */
  sign(purpose: string, text: string): string;
  /** What `sign` answers, and after it what it answered with each secret before: to find what is kept by its signature. */
  signatures(purpose: string, text: string): Signatures;
  /** In constant time; false for whatever is no signature. */
  verify(purpose: string, text: string, signature: string): boolean;
  /** `<key id>.<nonce, encrypted text and tag>`, base64url; never twice the same. */
  seal(text: string): string;
  /** Throws UnsealError when it was altered or sealed with another secret. */
  open(sealed: string): string;
}

/** The first one is of the current secret. */
export type Signatures = readonly [string, ...string[]];

/** Its message holds nothing of what was sealed. */
export class UnsealError extends Error {
  constructor(reason: string) {
    super(`Cannot open what was sealed: ${reason}`);
    this.name = 'UnsealError';
  }
}

export const MIN_SECRET_LENGTH = 32;

export interface SecretKeySource {
  /** Setting `SECRET_KEY`: one secret or several, separated by commas, each of at least 32 characters. */
  readonly secret: string | null;
  /** Used without a setting: read, or made with new random bytes that only this user may read. */
  readonly file: string;
}

/** Throws ConfigError when the file cannot be used, or a secret is too short; processes that start together share a file. */
export async function openSecretKey({ secret, file }: SecretKeySource): Promise<SecretKey> {
  const secrets = secret === null ? [await secretOfFile(file)] : splitSecrets(secret);
  const short = secrets.find((text) => text.length < MIN_SECRET_LENGTH);
  if (secrets.length === 0 || short !== undefined) {
    throw new ConfigError([
      secret === null
        ? `${file} holds no secret: remove it to have a new one made`
        : `SECRET_KEY ${SECRET_RULE}`,
    ]);
  }
  return createSecretKey(secrets);
}

export const SECRET_RULE = `must have at least ${MIN_SECRET_LENGTH} characters, each of them where several are separated by commas`;

/** Without the spaces around the commas. */
export function splitSecrets(setting: string): string[] {
  return setting.split(',').map((part) => part.trim());
}

const KEY_ID_BYTES = 6;
const SIGNATURE_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function createSecretKey(secrets: readonly string[]): SecretKey {
  const keys = secrets.map((secret) => new DerivedKeys(secret));
  const [current] = keys as [DerivedKeys, ...DerivedKeys[]];
  const before = keys.slice(1);
  const signature = (key: DerivedKeys, purpose: string, text: string): string =>
    key.signature(purpose, text).toString('base64url');
  return {
    sign: (purpose, text) => signature(current, purpose, text),
    signatures: (purpose, text) => [
      signature(current, purpose, text),
      ...before.map((key) => signature(key, purpose, text)),
    ],
    verify: (purpose, text, signature) => {
      const given = Buffer.from(signature, 'base64url');
      // Two texts may decode to the same bytes; only the one that we wrote is a signature.
      if (given.length !== SIGNATURE_BYTES || given.toString('base64url') !== signature) return false;
      return keys.some((key) => timingSafeEqual(key.signature(purpose, text), given));
    },
    seal: (text) => current.seal(text),
    open: (sealed) => {
      const [id, body, ...more] = sealed.split('.');
      if (id === undefined || body === undefined || more.length > 0)
        throw new UnsealError('it has another shape');
      const key = keys.find((candidate) => candidate.id === id);
      if (key === undefined) throw new UnsealError('its key is none of those we have');
      return key.open(body);
    },
  };
}

/** What one secret becomes. */
class DerivedKeys {
  /** Says which secret sealed something, and nothing about the secret. */
  readonly id: string;
  readonly #secret: Buffer;
  readonly #sealing: Buffer;
  readonly #signing = new Map<string, Buffer>();

  constructor(secret: string) {
    this.#secret = Buffer.from(secret);
    this.id = this.#derive('key id', KEY_ID_BYTES).toString('base64url');
    this.#sealing = this.#derive('seal', 32);
  }

  signature(purpose: string, text: string): Buffer {
    let key = this.#signing.get(purpose);
    if (key === undefined) {
      key = this.#derive(`sign ${purpose}`, 32);
      this.#signing.set(purpose, key);
    }
    return createHmac('sha256', key).update(text).digest().subarray(0, SIGNATURE_BYTES);
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce).setAAD(Buffer.from(this.id));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${this.id}.${Buffer.concat([nonce, encrypted, cipher.getAuthTag()]).toString('base64url')}`;
  }

  open(body: string): string {
    const bytes = Buffer.from(body, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== body) {
      throw new UnsealError('it has another shape');
    }
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const encrypted = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#sealing, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(this.id))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
    } catch {
      throw new UnsealError('it was altered');
    }
  }

  #derive(purpose: string, length: number): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, '', `foyer ${purpose}`, length));
  }
}

const FILE_BYTES = 32;

/**
 * Written beside its place and linked there, which fails when somebody was faster: whoever comes second reads the
 * first one's secret, and nobody ever sees half of one.
 */
async function secretOfFile(file: string): Promise<string> {
  try {
    const known = await readIfThere(file);
    if (known !== null) return known;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomBytes(8).toString('hex')}.partial`;
    try {
      await writeDurably(draft, randomBytes(FILE_BYTES).toString('base64url'));
      await link(draft, file).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
    } finally {
      await rm(draft, { force: true });
    }
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`The secret of this installation in ${file} cannot be read or made: ${reason}`]);
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

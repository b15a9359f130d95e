import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { KeyFile } from '../auth/authenticator.js';
import type { KeyRing } from '../auth/key-ring.js';
import { parseApiKeys, unreadableFile, type ParsedKeys } from '../config/api-keys.js';

/** The file of keys, looked at for as long as the process runs. */
export interface WatchedKeys {
  /** False while the file cannot be used, and the keys that it had before count. */
  isCurrent(): boolean;
  stop(): Promise<void>;
}

export interface WatchedKeysOptions extends KeyFile {
  readonly ring: Pick<KeyRing, 'replace' | 'count'>;
  readonly log: Logger;
  readonly lookEveryMs?: number;
}

/** A small file: what reading it costs is less than what a withdrawn key can do meanwhile. */
const LOOK_EVERY_MS = 1_000;

/**
 * Reads the file again and again, by its name: whether it was written in place, replaced by an editor, or is a link that
 * Kubernetes turns to another folder, there is no event to miss. A file that is missing or wrong changes nothing.
 */
export function watchKeys({
  path,
  fixed,
  ring,
  log,
  lookEveryMs = LOOK_EVERY_MS,
}: WatchedKeysOptions): WatchedKeys {
  let read: string | null = null;
  let problems = '';
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let looking: Promise<void> = Promise.resolve();

  const use = (parsed: ParsedKeys): void => {
    if ('problems' in parsed) {
      const told = parsed.problems.join('; ');
      if (told !== problems) {
        log.error(
          { problems: parsed.problems },
          'API_KEYS_FILE cannot be used: the keys that it had before go on to count',
        );
      }
      problems = told;
      return;
    }
    if (problems !== '') log.info('API_KEYS_FILE can be used again');
    problems = '';
    const { added, withdrawn } = ring.replace([...fixed, ...parsed.keys]);
    if (added + withdrawn === 0) return;
    const facts = { keys: ring.count(), added, withdrawn };
    if (facts.keys === 0) log.warn(facts, 'there is no API key any more: none is let in');
    else log.info(facts, 'the API keys have changed');
  };

  const look = async (): Promise<void> => {
    let text: string | null = null;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      use({ problems: [unreadableFile(path, error)] });
    }
    if (text !== null && text !== read) use(parseApiKeys(text));
    read = text;
  };

  const lookLater = (): void => {
    timer = setTimeout(() => {
      looking = lookAndGoOn();
    }, lookEveryMs);
    timer.unref();
  };
  const lookAndGoOn = async (): Promise<void> => {
    await look();
    if (!isStopped) lookLater();
  };
  lookLater();

  return {
    isCurrent: () => problems === '',
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

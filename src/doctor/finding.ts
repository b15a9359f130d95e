/** What one look found. A warning is odd and lets the gateway run; with a problem something does not work. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** What was looked at: `configuration`, `redis`, `lyric: password`. */
  readonly subject: string;
  /** In words, without secrets. */
  readonly says: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly todo?: string;
}

/** One look at something. Its findings come in the order in which they are told. */
export interface Check {
  readonly subject: string;
  run(signal: AbortSignal): Promise<readonly Finding[]>;
}

export const ok = (subject: string, says: string): Finding => ({ level: 'ok', subject, says });

export const warning = (subject: string, says: string, todo: string): Finding => ({
  level: 'warning',
  subject,
  says,
  todo,
});

export const problem = (subject: string, says: string, todo: string): Finding => ({
  level: 'problem',
  subject,
  says,
  todo,
});

/** A look may take so long; then it is a problem by itself, and the next one begins. */
const LOOK_MS = 30_000;

/** Runs them side by side; a look that fails or hangs is a finding, and stops no other. Findings come in the checks' order. */
export async function examine(checks: readonly Check[], lookMs = LOOK_MS): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map((check) => examineOne(check, lookMs)));
  return found.flat();
}

async function examineOne({ subject, ...check }: Check, lookMs: number): Promise<readonly Finding[]> {
  const signal = AbortSignal.timeout(lookMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${lookMs / 1_000} s`)), {
      once: true,
    });
  });
  try {
    return await Promise.race([check.run(signal), late]);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
    return [
      problem(
        subject,
        `could not be looked at: ${reason}`,
        'Look at what this needs, then run the doctor again.',
      ),
    ];
  }
}

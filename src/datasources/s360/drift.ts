import type { Clock } from '../../clock.js';
import type { DriftFinding } from './client.types.js';

/** More kinds of drift than this say nothing more. */
const MAX_FINDINGS = 200;
export const MAX_SAMPLE = 60;
/** Anything else is no word of an enumeration, wherever it stood. */
const WORD = /^[\w.:/#+-]+$/;

/** What S-360 sent that we do not know, counted. */
export class DriftLog {
  private readonly findings = new Map<string, DriftFinding & { count: number }>();

  constructor(
    private readonly clock: Clock,
    /** Told of each finding once, when it is new. */
    private readonly onNew: (finding: DriftFinding) => void = () => undefined,
  ) {}

  /** `sample` only where the value cannot be personal: a word of an enumeration, never a text. */
  note(
    service: string,
    path: string,
    kind: DriftFinding['kind'],
    sample: string | null = null,
    count = 1,
  ): void {
    const shortened = sample === null || !WORD.test(sample) ? null : sample.slice(0, MAX_SAMPLE);
    const key = `${service} ${path} ${kind} ${shortened ?? ''}`;
    const known = this.findings.get(key);
    if (known !== undefined) {
      known.count += count;
    } else if (this.findings.size < MAX_FINDINGS) {
      const finding = { service, path, kind, count, firstSeenAt: this.clock.now(), sample: shortened };
      this.findings.set(key, finding);
      this.onNew({ ...finding });
    }
  }

  list(): readonly DriftFinding[] {
    return [...this.findings.values()];
  }
}

import type { Logger } from 'pino';

/** What was acquired, to be released in reverse order, once. */
export class Releases {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly log: Logger) {}

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  run(): Promise<void> {
    return (this.running ??= this.releaseAll());
  }

  private async releaseAll(): Promise<void> {
    for (const step of this.steps.toReversed()) {
      await step().catch((error: unknown) => this.log.error(error, 'a part did not stop cleanly'));
    }
  }
}

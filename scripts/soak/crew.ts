/** Everybody who works during a soak, and what they may do now. */
export interface Crew {
  /** Nobody begins anything: memory is being measured. */
  isPaused: boolean;
  isOver: boolean;
}

/** Does `work` again and again until the soak is over, one at a time. What fails is the work's own affair. */
export async function keepDoing(crew: Crew, pauseMs: number, work: () => Promise<unknown>): Promise<void> {
  while (!crew.isOver) {
    while (crew.isPaused) await sleep(50);
    await work();
    await sleep(pauseMs);
  }
}

export function oneOf<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)]!;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

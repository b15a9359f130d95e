/** Calls of the last while, in the order of their times. */
export class MinuteWindow {
  private readonly calls: number[] = [];

  constructor(private readonly lengthMs: number) {}

  add(now: number): void {
    this.calls.push(now);
  }

  /** For a call that was never sent after all. */
  remove(at: number): void {
    const index = this.calls.lastIndexOf(at);
    if (index >= 0) this.calls.splice(index, 1);
  }

  used(now: number): number {
    while (this.calls.length > 0 && this.calls[0]! + this.lengthMs <= now) this.calls.shift();
    return this.calls.length;
  }

  /** Epoch ms from when fewer than `most` calls lie in the window: `now` when that is so already. */
  freeAt(most: number, now: number): number {
    const excess = this.used(now) - most;
    return excess < 0 ? now : this.calls[excess]! + this.lengthMs;
  }

  /** Epoch ms when the oldest call leaves the window. */
  movesAt(now: number): number {
    return this.used(now) === 0 ? now + this.lengthMs : this.calls[0]! + this.lengthMs;
  }
}

/** Numbers sent by hand to whoever watches; a watcher that is busy gets them later. */
export interface Ticker {
  readonly tick: (value: number) => void;
  readonly subscribers: () => number;
  readonly watch: () => AsyncIterable<number>;
}

export function createTicker(): Ticker {
  const watchers = new Set<(value: number) => void>();
  return {
    tick: (value) => {
      for (const watcher of watchers) watcher(value);
    },
    subscribers: () => watchers.size,
    watch: () => {
      const values: number[] = [];
      let wake: (() => void) | null = null;
      let isOver = false;
      const watcher = (value: number): void => {
        values.push(value);
        wake?.();
      };
      watchers.add(watcher);
      const end = async (): Promise<IteratorResult<number>> => {
        isOver = true;
        watchers.delete(watcher);
        wake?.();
        return { done: true, value: undefined };
      };
      const events: AsyncIterableIterator<number> = {
        async next() {
          for (;;) {
            const value = values.shift();
            if (value !== undefined) return { done: false, value };
            if (isOver) return { done: true, value: undefined };
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        return: end,
        [Symbol.asyncIterator]: () => events,
      };
      return events;
    },
  };
}

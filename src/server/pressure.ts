import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** What is short in this process; null: nothing. */
export type Shortage = 'event_loop' | 'heap' | null;

/** Tells whether this process is beyond what it can carry. */
export interface Pressure {
  shortage(): Shortage;
  /** May be called twice. */
  stop(): void;
}

export interface PressureBounds {
  /** How late the event loop may be. */
  readonly delayMs: number;
  /** How much of the heap's limit may be in use, from 0 to 1. */
  readonly heapShare: number;
}

/** What is watched; the process itself, but for tests. */
export interface PressureReadings {
  /** From 0 to 1. */
  heapShare(): number;
  stop(): void;
}

/** From four fifths on, V8 ends a process whose collections find too little. */
const DEFAULT_BOUNDS: PressureBounds = { delayMs: 500, heapShare: 0.8 };
const LOOK_EVERY_MS = 250;
/** V8 counts three semi-spaces of 16 MB into its limit, but dies when the rest of it is full. */
const YOUNG_BYTES = 48 * 1024 * 1024;

/**
 * Looks four times a second. A single late turn is a collection of garbage or one large answer, and over when it is
 * seen: only two in a row mean that work comes in faster than it is done.
 */
export function watchPressure(
  bounds: PressureBounds = DEFAULT_BOUNDS,
  readings: PressureReadings = watchHeap(),
): Pressure {
  let lastDelayMs = 0;
  let delayMs = 0;
  let heapShare = 0;
  let dueAt = performance.now() + LOOK_EVERY_MS;
  const look = (): void => {
    const now = performance.now();
    const late = Math.max(0, now - dueAt);
    delayMs = Math.min(late, lastDelayMs);
    lastDelayMs = late;
    heapShare = readings.heapShare();
    dueAt = now + LOOK_EVERY_MS;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    shortage() {
      if (heapShare > bounds.heapShare) return 'heap';
      return delayMs > bounds.delayMs ? 'event_loop' : null;
    },
    stop() {
      clearInterval(timer);
      readings.stop();
    },
  };
}

/**
 * The heap in use now holds garbage too, which says nothing, and would go on saying it when nobody allocates any more.
 * What the last full collection left over is not garbage; but it may have become some since then. So both must be high.
 */
function watchHeap(): PressureReadings {
  const share = (): number => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return used / (limit - YOUNG_BYTES);
  };
  let leftOver = 0;
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFullCollection)) leftOver = share();
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    heapShare: () => Math.min(leftOver, share()),
    stop: () => observer.disconnect(),
  };
}

function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

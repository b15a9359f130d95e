import type { ColorChange } from '../domain/availability.js';

export interface RecordedColorChange extends ColorChange {
  readonly seq: number;
}

/** The recorded color changes, newest first. */
export interface ColorHistory {
  ofPerformance(
    institution: string,
    performanceId: string,
    first: number,
  ): Promise<readonly RecordedColorChange[]>;
}

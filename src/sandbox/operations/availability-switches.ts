/** How one institution's availability answers are bent for tests; everything is off at the start. */
export interface AvailabilitySwitches {
  /** Leaves `quantity` out, as services do that only tell a color. */
  hideQuantity: boolean;
  /** Other words for levels, by the usual word: `{"GREEN": "AVAILABLE"}`. */
  renameLevel: Readonly<Record<string, string>>;
  /** Nobody buys, returns or edits any more. */
  freeze: boolean;
  /** Every product counts as changed each contract minute, as on demonstration institutions. */
  touchEveryMinute: boolean;
}

export function createAvailabilitySwitches(): AvailabilitySwitches {
  return { hideQuantity: false, renameLevel: {}, freeze: false, touchEveryMinute: false };
}

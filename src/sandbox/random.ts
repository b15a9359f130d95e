/** A stream of numbers that depends on its seed alone, so that the same seed makes the same world on every machine. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T;
  /** A stream of its own for one part, so that a change in one part does not move the others. */
  fork(name: string): Random;
}

/** Any seed does: text and numbers with the same spelling are the same seed. */
export function createRandom(seed: string | number): Random {
  const text = String(seed);
  let state = hash(text);

  // mulberry32: 32 bits of state are plenty here, and it is a few operations for each number.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (choices) => {
      if (choices.length === 0) throw new RangeError('Cannot pick: expected at least one choice, got none');
      return choices[Math.floor(next() * choices.length)]!;
    },
    fork: (name) => createRandom(`${text}/${name}`),
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

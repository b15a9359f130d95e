import { join } from 'node:path';
import { inject } from 'vitest';

/** A compiled file of the product, named as below `src/`: `compiled('main.js')`. */
export function compiled(path: string): string {
  return join(inject('compiledFoyer'), 'dist', path);
}

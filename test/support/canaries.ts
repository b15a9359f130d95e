import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spellingsOf } from './spellings.js';

/** What must be found nowhere outside the place it belongs to, by what it is. */
export type Canaries = Readonly<Record<string, string>>;

/** Where canaries are looked for: each text by where it came from. */
export class Outlets {
  readonly #texts: { readonly from: string; readonly text: string; readonly folded: string }[] = [];

  add(from: string, text: string): void {
    this.#texts.push({ from, text, folded: text.toLowerCase() });
  }

  /** Every file below the folder, byte by byte. */
  async addFolder(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      this.add(file.slice(folder.length + 1), await readFile(file, 'latin1'));
    }
  }

  /** How many texts there are, so that a look at nothing is noticed. */
  get size(): number {
    return this.#texts.length;
  }

  /** How many texts came from there. */
  countFrom(from: string): number {
    return this.#texts.filter((text) => text.from === from).length;
  }

  /** `what in where`, for each canary that got out, however it is written there. */
  found(canaries: Canaries): string[] {
    const found: string[] = [];
    for (const [what, value] of Object.entries(canaries)) {
      const { exact, inAnyCase } = spellingsOf(value);
      for (const { from, text, folded } of this.#texts) {
        const at = Math.max(
          ...exact.map((spelling) => text.indexOf(spelling)),
          ...inAnyCase.map((spelling) => folded.indexOf(spelling)),
        );
        if (at >= 0) found.push(`${what} in ${from}: ${text.slice(Math.max(0, at - 100), at + 100)}`);
      }
    }
    return found;
  }

  /** The canaries that were never here: what they prove elsewhere is nothing. */
  missing(canaries: Canaries): string[] {
    return Object.entries(canaries).flatMap(([what, value]) =>
      this.found({ [what]: value }).length === 0 ? [what] : [],
    );
  }
}

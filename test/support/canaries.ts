import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What must be found nowhere outside the place it belongs to, by what it is. */
export type Canaries = Readonly<Record<string, string>>;

/** Where canaries are looked for: each text by where it came from. */
export class Outlets {
  readonly #texts: { readonly from: string; readonly text: string }[] = [];

  add(from: string, text: string): void {
    this.#texts.push({ from, text });
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

  /** `what in where`, for each canary that got out; also as JSON, XML, an address or latin-1 bytes would write it. */
  found(canaries: Canaries): string[] {
    const found: string[] = [];
    for (const [what, value] of Object.entries(canaries)) {
      const spellings = new Set([
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value),
        Buffer.from(value, 'utf8').toString('latin1'),
        Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, ''),
      ]);
      for (const { from, text } of this.#texts) {
        if ([...spellings].some((spelling) => text.includes(spelling))) {
          const at = [...spellings].map((spelling) => text.indexOf(spelling)).find((index) => index >= 0)!;
          found.push(`${what} in ${from}: ${text.slice(Math.max(0, at - 60), at + 60)}`);
        }
      }
    }
    return found;
  }
}

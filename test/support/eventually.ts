/** Looks again and again until there is something to see; fails with what was looked for after a while. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined> | T | null | undefined,
  withinMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > giveUpAt) throw new Error(`never saw ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

import { z } from 'zod';

const id = z.int().positive();
const names = z.record(z.string().regex(/^\d+$/, 'expected an id as key'), z.string());
const ids = z.array(id);

const price = z.object({ amount: z.int().nonnegative(), audienceSubCategoryId: id, seatCategoryId: id });
const seatCategory = z.object({
  seatCategoryId: id,
  areas: z.array(z.object({ areaId: id, blockIds: ids })),
});
const performance = z.object({
  id,
  eventId: id,
  name: z.string().nullish(),
  start: z.int(),
  venueCode: z.string().regex(/^[A-Za-z0-9]+(_\w+)?$/, 'expected an institution, an underscore and a room'),
  prices: z.array(price),
  seatCategories: z.array(seatCategory),
});
const happening = z.object({
  id,
  name: z.string().min(1),
  description: z.string().nullish(),
  subtitle: z.string().nullish(),
  logo: z.string().nullish(),
  topicIds: ids,
  subTopicIds: ids,
});

const worldFile = z.object({
  areaNames: names,
  audienceSubCategoryNames: names,
  blockNames: names,
  events: z.record(z.string(), happening),
  performances: z.array(performance).min(1),
  seatCategoryNames: names,
  subTopicNames: names,
  topicNames: names,
  topicSubTopics: z.record(z.string(), ids),
  venueNames: z.record(z.string(), z.string()),
});

/** A catalog as a file: events, performances, and the names of all that they mention by id. */
export type WorldFile = z.infer<typeof worldFile>;
export type FilePerformance = WorldFile['performances'][number];

/** The file is not such a catalog. Each problem names the path in the file and the rule. */
export class WorldFileError extends Error {
  override readonly name = 'WorldFileError';

  constructor(
    fileName: string,
    readonly problems: readonly string[],
  ) {
    super(`Cannot import ${fileName}: ${problems.join('; ')}`);
  }
}

/** A file with thousands of the same mistake is told by the first few. */
const MOST_PROBLEMS = 10;

/** Throws WorldFileError. Members that are not known here are ignored. */
export function readWorldFile(json: unknown, fileName: string): WorldFile {
  const parsed = worldFile.safeParse(json);
  const problems = parsed.success
    ? brokenRules(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`);
  if (!parsed.success || problems.length > 0) {
    const told = problems.slice(0, MOST_PROBLEMS);
    const untold = problems.length - told.length;
    throw new WorldFileError(fileName, untold > 0 ? [...told, `and ${untold} more`] : told);
  }
  return parsed.data;
}

/** The code of the institution: the first part of the venue code. */
export function institutionPart(venueCode: string): string {
  return venueCode.split('_', 1)[0]!;
}

function brokenRules({ events, performances }: WorldFile): string[] {
  const problems: string[] = [];
  for (const [key, { id }] of Object.entries(events)) {
    if (key !== String(id)) problems.push(`events.${key}.id: expected the id that is its key, got ${id}`);
  }
  const seen = new Set<number>();
  const institution = institutionPart(performances[0]!.venueCode);
  for (const [index, { id, eventId, venueCode }] of performances.entries()) {
    const path = `performances[${index}]`;
    if (seen.has(id)) problems.push(`${path}.id: expected an id of its own, got ${id} again`);
    if (!events[String(eventId)])
      problems.push(`${path}.eventId: expected the id of one of the events, got ${eventId}`);
    if (institutionPart(venueCode) !== institution) {
      problems.push(
        `${path}.venueCode: expected one institution in a file, ${institution}, got ${venueCode}`,
      );
    }
    seen.add(id);
  }
  return problems;
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  );
}

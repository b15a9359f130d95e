import { lengthOf } from '../../domain/ids.js';
import { parseDecimalMilli } from '../../domain/money.js';
import type { OrderInput, OrderLineInput, OrderRefusal } from '../../domain/order.js';
import { RefusalList, type InputPath } from './order-refusals.js';
import { orderTextProblem } from './order-texts.js';
import type { OrderDraft } from './orders.types.js';

/** A basket as a client writes it: ids are `<institution>:<number>`, amounts are decimal text. Null and absent are the same. */
export interface BasketInput {
  readonly lines: readonly BasketLineInput[];
  readonly contactId?: string | null;
  readonly reference?: string | null;
}

export interface BasketLineInput {
  readonly performanceId?: string | null;
  readonly itemId?: string | null;
  readonly timeslotId?: string | null;
  readonly tariffId: string;
  readonly seatCategoryId?: string | null;
  readonly seatIds?: readonly string[] | null;
  readonly quantity: number;
  readonly expectedUnitPrice?: string | null;
}

export type ReadDraft = { readonly draft: OrderDraft } | { readonly refusals: readonly OrderRefusal[] };

const MAX_LINES = 100;
const MAX_QUANTITY = 1000;

/**
 * The basket of a new order, with S-360's own ids, all of one configured institution; or everything that is wrong with
 * it by itself. Whether the catalog has it is `checkDraft`'s to say.
 */
export function readDraft(input: BasketInput, institutions: ReadonlySet<string>): ReadDraft {
  const reader = new BasketReader(institutions, null);
  if (input.lines.length === 0) reader.refuse(['lines'], `must have from 1 to ${MAX_LINES} entries, got 0`);
  return reader.read(input);
}

/** What is to be added to an order of `institution`: lines, none of them too, or a purchaser. */
export function readAddition(input: BasketInput, institution: string): ReadDraft {
  const reader = new BasketReader(new Set([institution]), institution);
  if (input.lines.length === 0 && (input.contactId ?? null) === null) {
    reader.refuse(null, 'Nothing to change: give lines to add, or a contact');
  }
  return reader.read(input);
}

/** Contact numbers have up to 20 digits, with zeros in front that count; all other ids are 64-bit numbers. */
const CONTACT_ID = /^([a-z0-9][a-z0-9_-]{0,31}):([0-9]{1,20})$/;
const RECORD_ID = /^([a-z0-9][a-z0-9_-]{0,31}):([0-9]{1,19})$/;

class BasketReader {
  readonly #refusals = new RefusalList();
  readonly #seats = new Set<string>();
  #institution: string | null;
  #isMixed = false;

  constructor(
    private readonly institutions: ReadonlySet<string>,
    institution: string | null,
  ) {
    this.#institution = institution;
  }

  read({ lines, contactId, reference }: BasketInput): ReadDraft {
    if (lines.length > MAX_LINES) {
      this.refuse(['lines'], `must have from 1 to ${MAX_LINES} entries, got ${lines.length}`);
    }
    const input: OrderInput = {
      lines: lines.slice(0, MAX_LINES).map((line, index) => this.#line(line, ['lines', `${index}`])),
      contactNumber: this.#id(contactId, ['contactId'], CONTACT_ID),
      reference: this.#reference(reference),
    };
    const refusals = this.#refusals.all;
    // Without an institution there was no readable id, which has been refused.
    if (refusals.length > 0 || this.#institution === null) return { refusals };
    return { draft: { institution: this.#institution, input } };
  }

  /** `rule` follows the path of the value, or stands alone where there is none. */
  refuse(path: InputPath | null, rule: string): void {
    this.#refusals.add('INVALID_INPUT', path, path === null ? rule : `\`${path.join('.')}\` ${rule}`);
  }

  #line(line: BasketLineInput, path: InputPath): OrderLineInput {
    const at = (member: string): InputPath => [...path, member];
    this.#refuseWrongMembers(line, path);
    const { quantity } = line;
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
      this.refuse(at('quantity'), `must be a whole number from 1 to ${MAX_QUANTITY}, got ${quantity}`);
    }
    return {
      performanceId: this.#id(line.performanceId, at('performanceId')),
      itemId: this.#id(line.itemId, at('itemId')),
      timeslotId: this.#id(line.timeslotId, at('timeslotId')),
      tariffId: this.#id(line.tariffId, at('tariffId')) ?? '',
      seatCategoryId: this.#id(line.seatCategoryId, at('seatCategoryId')),
      seatIds: this.#seatIds(line, at('seatIds')),
      quantity,
      expectedUnitMilli: this.#amount(line.expectedUnitPrice, at('expectedUnitPrice')),
    };
  }

  #refuseWrongMembers(line: BasketLineInput, path: InputPath): void {
    const isPerformance = isGiven(line.performanceId);
    const isItem = isGiven(line.itemId);
    if (isPerformance === isItem) {
      const got = isPerformance ? 'both' : 'neither';
      this.refuse(path, `must have exactly one of \`performanceId\` and \`itemId\`, got ${got}`);
      return;
    }
    const hasSeats = (line.seatIds?.length ?? 0) > 0;
    if (isPerformance) {
      if (isGiven(line.timeslotId))
        this.refuse([...path, 'timeslotId'], 'may be given only together with `itemId`');
      if (!isGiven(line.seatCategoryId) && !hasSeats) {
        this.refuse([...path, 'seatCategoryId'], 'must be given with `performanceId`, unless `seatIds` are');
      }
      return;
    }
    if (isGiven(line.seatCategoryId))
      this.refuse([...path, 'seatCategoryId'], 'may be given only together with `performanceId`');
    if (hasSeats) this.refuse([...path, 'seatIds'], 'may be given only together with `performanceId`');
  }

  #seatIds({ seatIds, quantity }: BasketLineInput, path: InputPath): readonly string[] {
    const given = seatIds ?? [];
    if (given.length === 0) return [];
    if (given.length !== quantity) {
      this.refuse(path, `must name as many seats as \`quantity\` says, ${quantity}, got ${given.length}`);
    }
    return given.slice(0, MAX_QUANTITY).flatMap((id, index) => {
      const seat = this.#id(id, [...path, `${index}`]);
      if (seat === null) return [];
      if (this.#seats.has(seat)) this.refuse([...path, `${index}`], 'must not name a seat twice');
      this.#seats.add(seat);
      return [seat];
    });
  }

  /** S-360's own id. Null when none is given, and when it was refused. */
  #id(id: string | null | undefined, path: InputPath, pattern = RECORD_ID): string | null {
    if (!isGiven(id)) return null;
    const match = pattern.exec(id);
    if (!match) {
      this.refuse(path, `must look like "<institution>:<number>", ${lengthOf(id)}`);
      return null;
    }
    const [, institution, number] = match as unknown as [string, string, string];
    this.#holdAgainstOthers(institution, path);
    return number;
  }

  /** All ids must be of the first one's institution; one that is of another is enough to say so. */
  #holdAgainstOthers(institution: string, path: InputPath): void {
    if (this.#institution === null) {
      this.#institution = institution;
      if (this.institutions.has(institution)) return;
      this.refuse(path, `must be of one of ${[...this.institutions].join(', ')}, got one of ${institution}`);
      return;
    }
    if (institution === this.#institution || this.#isMixed) return;
    this.#isMixed = true;
    this.refuse(
      path,
      `must be of ${this.#institution}, as an order is of one institution, got one of ${institution}`,
    );
  }

  #amount(text: string | null | undefined, path: InputPath): bigint | null {
    if (!isGiven(text)) return null;
    const amountMilli = parseDecimalMilli(text);
    if (amountMilli === null || amountMilli < 0n) {
      this.refuse(path, `must be a decimal number with at most 3 decimals, not negative, ${lengthOf(text)}`);
      return null;
    }
    return amountMilli;
  }

  #reference(text: string | null | undefined): string | null {
    if (!isGiven(text) || text === '') return null;
    const problem = orderTextProblem(text);
    if (problem === null) return text;
    this.refuse(['reference'], problem);
    return null;
  }
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

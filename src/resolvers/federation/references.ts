import type { GraphQLResolveInfo } from 'graphql';
import { ENTITY_ACCESS } from '../../auth/access-rules.js';
import { checkAccess } from '../../auth/check-access.js';
import type { RequestContext } from '../../context.js';
import { parseContactId } from '../../domain/contact.js';
import { INSTITUTION_CODE, lengthOf, parseGlobalId, type GlobalId } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import { performanceOf, productOf } from '../catalog/catalog.types.js';
import { loaded } from '../catalog/loaded.js';
import { findContact } from '../contacts/contact-of.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { orderOf, refOf } from '../orders/order-answers.js';
import type { OrderType } from '../orders/order.types.js';
import { infoFor } from './entity-selection.js';

/** What another subgraph knows of an entity of ours: its type and its key. */
export interface Reference {
  readonly typeName: EntityName;
  readonly key: string;
}

export const ENTITY_KEYS = {
  Institution: 'code',
  Product: 'id',
  Performance: 'id',
  Contact: 'id',
  Order: 'id',
  Ticket: 'id',
} as const;

export type EntityName = keyof typeof ENTITY_KEYS;

/** Throws InvalidInputError naming `argument` for what names no entity of ours. */
export function readReference(argument: string, value: unknown): Reference {
  if (typeof value !== 'object' || value === null) throw new InvalidInputError(argument, 'must be an object');
  const members = new Map<string, unknown>(Object.entries(value));
  const typeName = members.get('__typename');
  if (typeof typeName !== 'string' || !isEntityName(typeName)) {
    const got = typeof typeName === 'string' ? lengthOf(typeName) : 'got no text';
    throw new InvalidInputError(
      `${argument}.__typename`,
      `must be one of ${Object.keys(ENTITY_KEYS).join(', ')}, ${got}`,
    );
  }
  const key = members.get(ENTITY_KEYS[typeName]);
  if (typeof key !== 'string') {
    throw new InvalidInputError(`${argument}.${ENTITY_KEYS[typeName]}`, `must be the key of a ${typeName}`);
  }
  return { typeName, key };
}

function isEntityName(name: string): name is EntityName {
  return Object.hasOwn(ENTITY_KEYS, name);
}

/**
 * The entities of one operation. Null for what is not there, and for a key that nothing of ours can have: another
 * subgraph may still hold on to what is long gone. One that the caller may not see throws by itself. All that S-360 must be asked goes through the operation's loaders.
 */
export class References {
  readonly #ticketOrders = new Map<string, Promise<ReadonlyMap<string, OrderType>>>();

  constructor(
    private readonly references: readonly Reference[],
    private readonly context: RequestContext,
    private readonly info: GraphQLResolveInfo,
  ) {}

  async entity({ typeName, key }: Reference) {
    const { context } = this;
    checkAccess(context.caller, ENTITY_ACCESS[typeName], typeName);
    if (typeName === 'Institution') return this.#institution(key);
    const id = readId(typeName, key);
    const owner = id === null ? undefined : context.institutions.get(id.institution);
    if (id === null || owner === undefined) return null;
    switch (typeName) {
      case 'Product':
        return productOf(owner, loaded(owner).snapshot, id.s360Id);
      case 'Performance':
        return performanceOf(owner, loaded(owner).snapshot, id.s360Id);
      case 'Contact':
        return findContact(context, id, infoFor('Contact', this.info));
      case 'Order':
        return orderOf(await context.orders.find(refOf(id, context)), context);
      case 'Ticket':
        return this.#ticket(id, key);
    }
  }

  #institution(code: string): InstitutionType | null {
    const owner = INSTITUTION_CODE.test(code) ? this.context.institutions.get(code) : undefined;
    return owner === undefined ? null : new InstitutionType(owner, loaded(owner).snapshot);
  }

  async #ticket({ institution, s360Id }: GlobalId, id: string) {
    let orders = this.#ticketOrders.get(institution);
    if (orders === undefined) {
      orders = this.#ordersOfTickets(institution);
      this.#ticketOrders.set(institution, orders);
    }
    // An order remembers the tickets it once had; only those of now are shown.
    return (await orders).get(s360Id)?.tickets.find((ticket) => ticket.id === id) ?? null;
  }

  /** One look into the journal for all tickets of an institution; those of one order share it. */
  async #ordersOfTickets(institution: string): Promise<ReadonlyMap<string, OrderType>> {
    const { context } = this;
    const ticketIds = this.references.flatMap(({ typeName, key }) => {
      const id = typeName === 'Ticket' ? readId(typeName, key) : null;
      return id?.institution === institution ? [id.s360Id] : [];
    });
    const found = await context.orders.findByTickets(context.caller.id, institution, ticketIds);
    return new Map(
      [...found].flatMap(([ticketId, order]) => {
        const shown = orderOf(order, context);
        return shown === null ? [] : [[ticketId, shown] as const];
      }),
    );
  }
}

function readId(typeName: EntityName, key: string): GlobalId | null {
  try {
    return typeName === 'Contact' ? parseContactId('id', key) : parseGlobalId('id', key);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
  }
}

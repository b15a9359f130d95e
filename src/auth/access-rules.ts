import type { Scope } from '../domain/caller.js';

/**
 * What a field asks of whoever reads it. `inherited`: nothing more than the way to it asked; so it must lead to nothing
 * that another scope is for. A list: one of these scopes is enough. `public`: everybody who gets as far as the schema;
 * what is behind it is checked piece by piece.
 */
export type AccessRule = Scope | readonly Scope[] | 'inherited' | 'public';

export type AccessRules = Readonly<Record<string, Readonly<Record<string, AccessRule>>>>;

/**
 * Every field of every object type, by name: a field that is not in here cannot be served (`guardFields`). Every type
 * has a scope that it is read by; where a field leads from one to another it is asked for, and within it no more, so
 * that a property of a record costs nothing. An institution itself belongs to all of them.
 */
export const ACCESS_RULES: AccessRules = {
  Query: {
    institutions: ['catalog:read', 'operator'],
    institution: ['catalog:read', 'operator'],
    product: 'catalog:read',
    performance: 'catalog:read',
    products: 'catalog:read',
    performances: 'catalog:read',
    availabilities: 'availability:read',
    availabilityHistory: 'availability:read',
    contact: 'contacts:read',
    contacts: 'contacts:read',
    order: 'orders:read',
    orders: 'orders:read',
    // May spend a call to S-360, and is of use only to whoever may order.
    checkOrder: 'orders:write',
  },
  Mutation: {
    createContact: 'contacts:write',
    updateContact: 'contacts:write',
    deleteContact: 'contacts:write',
    saveContactAddress: 'contacts:write',
    removeContactAddress: 'contacts:write',
    setContactCriteria: 'contacts:write',
    createOrder: 'orders:write',
    placeOrder: 'orders:write',
    updateOrder: 'orders:write',
    closeOrder: 'orders:write',
    abandonOrder: 'orders:write',
    cancelOrder: 'orders:write',
  },
  Subscription: {
    availabilityChanged: 'availability:read',
    catalogChanged: 'catalog:read',
    orderUpdated: 'orders:read',
  },

  Institution: {
    ...inherited('code name timeZone currency languages pointOfSales catalog seasons serviceLevel'),
    upstream: 'operator',
  },
  PointOfSales: inherited('id code maxSeatsPerPerformance paymentMethods pendingAccount'),
  PaymentMethod: inherited('id name code'),
  CatalogInfo: inherited('version setupUpdatedAt freshness productCount performanceCount'),
  Season: inherited('id name code startsAt endsAt'),

  Upstream: inherited('budgets calls circuit pollPlan inDoubtOrders drift'),
  CallBudget: inherited('window limit used resetsAt forecast'),
  UpstreamMethod: inherited('service method calls errors lastCallAt'),
  PollPlanEntry: { ...inherited('everySeconds watchers reason'), product: 'catalog:read' },
  DriftFinding: inherited('service path kind count firstSeenAt sample'),

  Product: {
    ...inherited('id s360Id institution season code kind name description imageUrl state saleStatus'),
    ...inherited('salesPeriods topics priceRange items performances'),
    availability: 'availability:read',
  },
  ProductConnection: inherited('edges pageInfo nodes totalCount'),
  ProductEdge: inherited('cursor node'),
  ProductItem: inherited('id name timeslots prices'),
  Performance: {
    ...inherited(
      'id s360Id institution product name startsAt localStart durationMinutes venue state saleStatus',
    ),
    ...inherited('seatCategories prices priceRange'),
    availability: 'availability:read',
    seats: 'availability:read',
  },
  PerformanceConnection: inherited('edges pageInfo nodes totalCount'),
  PerformanceEdge: inherited('cursor node'),
  Price: inherited('tariff seatCategory amount minQuantity maxQuantity priceLevelId'),
  SalesPeriod: inherited('opensAt closesAt tariffs'),
  SeatCategory: inherited('id name code'),
  Tariff: inherited('id name code kind requires'),
  Timeslot: inherited('id startsAt endsAt quota'),
  Topic: inherited('id name'),
  Venue: inherited('id name space address town countryCode'),
  CatalogChange: inherited('institution version at products'),
  ProductChange: inherited('productId product kind'),

  Availability: {
    ...inherited('color rawLevel remaining bySeatCategory freshness'),
    performance: 'catalog:read',
    product: 'catalog:read',
  },
  SeatCategoryAvailability: { ...inherited('color remaining'), seatCategory: 'catalog:read' },
  SeatList: inherited('seats freshness'),
  Seat: { ...inherited('id area block row number available'), seatCategory: 'catalog:read' },
  AvailabilityUpdate: inherited('cursor kind changes polledAt nextPollAt'),
  AvailabilityChange: {
    ...inherited('at before after remaining'),
    product: 'catalog:read',
    performance: 'catalog:read',
    seatCategory: 'catalog:read',
  },

  Contact: {
    // Whoever may create a contact is told which one it is, and nothing of anybody's data.
    ...inherited('id number institution'),
    ...all('contacts:read', 'kind role state firstName lastName structureName email phone language'),
    ...all('contacts:read', 'addresses criteria'),
    orders: 'orders:read',
  },
  Address: inherited('id name main billing shipping lines zipCode town countryCode'),
  Criterion: inherited('code values'),
  ContactConnection: inherited('edges pageInfo nodes'),
  ContactEdge: inherited('cursor node'),
  ContactPayload: inherited('contact userErrors'),
  DeleteContactPayload: inherited('deletedId userErrors'),

  Order: {
    ...inherited(
      'id clientOrderId s360OrderId institution reference state lines total holdExpiresAt tickets',
    ),
    ...inherited('inDoubt problems createdAt timeline'),
    contact: 'contacts:read',
    printableUrl: 'tickets:read',
  },
  OrderConnection: inherited('edges pageInfo nodes'),
  OrderEdge: inherited('cursor node'),
  OrderLine: {
    ...inherited('quantity unitPrice'),
    ...all('catalog:read', 'performance item product tariff seatCategory'),
  },
  OrderTransition: inherited('at from to by'),
  InDoubt: inherited('step since attempts nextCheckAt'),
  // Whoever changes an order sees what became of it.
  OrderPayload: inherited('order userErrors'),
  OrderCheck: inherited('bookable total problems freshness upstreamCalls'),
  Ticket: {
    ...inherited('id state seatLabel holder'),
    ...all('catalog:read', 'performance product tariff'),
    barcode: 'tickets:read',
  },
  Barcode: inherited('value symbology svg'),

  SimpleUserError: inherited('code message path retryable'),
  UpstreamUserError: inherited('code message path retryable upstreamCode'),
  PriceChangedUserError: inherited('code message path retryable expected actual'),
  IdempotencyUserError: {
    ...inherited('code message path retryable'),
    order: ['orders:read', 'orders:write'],
  },
  AvailabilityUserError: {
    ...inherited('code message path retryable'),
    availability: 'availability:read',
    alternatives: 'catalog:read',
  },

  Money: inherited('amount minorUnits currency'),
  MoneyRange: inherited('min max'),
  Freshness: inherited('observedAt ageSeconds source staleReason nextRefreshAt'),
  PageInfo: inherited('hasNextPage hasPreviousPage startCursor endCursor'),
};

/** Of a schema that is a subgraph, besides. */
export const SUBGRAPH_ACCESS_RULES: AccessRules = {
  Query: {
    // Each entity by ENTITY_ACCESS; the schema by who may introspect.
    _entities: 'public',
    _service: 'public',
  },
  _Service: inherited('sdl'),
};

/** What an entity asks that is looked up by its key. */
export const ENTITY_ACCESS = {
  Institution: ['catalog:read', 'operator'],
  Product: 'catalog:read',
  Performance: 'catalog:read',
  Contact: 'contacts:read',
  Order: 'orders:read',
  Ticket: 'orders:read',
} as const satisfies Record<string, AccessRule>;

function inherited(fields: string): Readonly<Record<string, AccessRule>> {
  return all('inherited', fields);
}

function all(rule: AccessRule, fields: string): Readonly<Record<string, AccessRule>> {
  return Object.fromEntries(fields.split(' ').map((field) => [field, rule]));
}

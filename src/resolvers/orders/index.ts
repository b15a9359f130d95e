import { ContactOrdersResolver } from './contact-orders.resolver.js';
import { OrderMutationsResolver } from './order-mutations.resolver.js';
import { OrderUpdatedResolver } from './order-updated.resolver.js';
import { OrdersResolver } from './orders.resolver.js';

export const orderResolvers = [
  OrdersResolver,
  OrderMutationsResolver,
  OrderUpdatedResolver,
  ContactOrdersResolver,
] as const;

import { query, type Answer } from './graphql-client.js';
import { ORDERS } from './order-world.js';

/** A sale in one operation, with what tells whether it came about. */
export const PLACE_ORDER = /* GraphQL */ `
  mutation ($input: CreateOrderInput!) {
    placeOrder(input: $input) {
      order {
        state
        tickets {
          barcode {
            value
          }
        }
      }
      userErrors {
        code
      }
    }
  }
`;

export interface PlacedOrder {
  readonly placeOrder: {
    readonly order: {
      readonly state: string;
      readonly tickets: readonly { readonly barcode: { readonly value: string } }[];
    } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}

/** Variables of PLACE_ORDER: so many visits of one time slot in the world for orders. */
export function visits(clientOrderId: string, quantity: number): { readonly input: object } {
  const line = {
    itemId: `${ORDERS.code}:${ORDERS.itemId}`,
    timeslotId: `${ORDERS.code}:${ORDERS.timeslotId}`,
    tariffId: `${ORDERS.code}:${ORDERS.tariffId}`,
    quantity,
  };
  return { input: { clientOrderId, lines: [line] } };
}

export function placeVisits(
  graphql: string,
  clientOrderId: string,
  quantity: number,
): Promise<Answer<PlacedOrder>> {
  return query<PlacedOrder, object>(graphql, PLACE_ORDER, visits(clientOrderId, quantity));
}

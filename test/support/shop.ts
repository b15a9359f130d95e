import { PlaceOrderDocument, type PlaceOrderMutation } from '../operations/operations.js';
import { queryData } from './graphql-client.js';

type Outcome = PlaceOrderMutation['placeOrder'];

/** What a shop orders; ids of the graph. */
export interface ShopLine {
  readonly performanceId: string;
  readonly seatCategoryId: string;
  readonly tariffId: string;
  readonly quantity: number;
}

const ON_SALE = /* GraphQL */ `
  {
    performances(filter: { saleStatus: [ON_SALE] }, first: 20) {
      nodes {
        id
        prices {
          tariff {
            id
          }
          seatCategory {
            id
          }
        }
      }
    }
  }
`;

interface OnSale {
  readonly performances: {
    readonly nodes: readonly {
      readonly id: string;
      readonly prices: readonly {
        readonly tariff: { readonly id: string };
        readonly seatCategory: { readonly id: string } | null;
      }[];
    }[];
  };
}

/** Two places of the last of some performances on sale: tests that change colors take the first. */
export async function twoPlaces(url: string): Promise<ShopLine> {
  return (await placesOnSale(url)).at(-1)!;
}

/** Two places of each of some performances on sale. */
export async function placesOnSale(url: string): Promise<ShopLine[]> {
  const { performances } = await queryData<OnSale>(url, ON_SALE);
  return performances.nodes.flatMap(({ id, prices }) => {
    const price = prices.find(({ seatCategory }) => seatCategory !== null);
    if (price === undefined) return [];
    const { tariff, seatCategory } = price;
    return [{ performanceId: id, seatCategoryId: seatCategory!.id, tariffId: tariff.id, quantity: 2 }];
  });
}

export async function placeOrder(url: string, clientOrderId: string, line: ShopLine): Promise<Outcome> {
  const { placeOrder } = await queryData(url, PlaceOrderDocument, {
    input: { clientOrderId, lines: [line] },
  });
  return placeOrder;
}

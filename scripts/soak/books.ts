import type { SandboxProcess } from '../../bench/processes.js';
import type { ShopLine } from '../../test/support/shop.js';
import type { Settled } from './shop.js';
import type { SoakOrder } from './verdict.js';

/** Places on sale in a category that the house has opened again. */
const RESTOCKED = 100;

export interface Books {
  /** By the client's key: all orders that S-360 has under it. */
  readonly orders: ReadonlyMap<string | null, { readonly closes: number; readonly validTickets: number }>;
  readonly contacts: number;
}

export async function books(sandbox: SandboxProcess): Promise<Books> {
  const orders = new Map<string | null, { closes: number; validTickets: number }>();
  let contacts = 0;
  for (const { code } of sandbox.institutions) {
    const page = (await control(sandbox, `books?institution=${code}`)) as {
      orders: { externalReference: string | null; closes: number; barcodes: string[] }[];
      contacts: unknown[];
    };
    contacts += page.contacts.length;
    for (const { externalReference: key, closes, barcodes } of page.orders) {
      const order = orders.get(key) ?? { closes: 0, validTickets: 0 };
      orders.set(key, {
        closes: order.closes + closes,
        validTickets: order.validTickets + barcodes.length,
      });
    }
  }
  return { orders, contacts };
}

export function inTheBooks({ purchase, known }: Settled['purchases'][number], { orders }: Books): SoakOrder {
  const { key, plan, line } = purchase;
  const { closes, validTickets } = orders.get(key) ?? { closes: 0, validTickets: 0 };
  return { key, plan, state: known.state, closes, validTickets, wanted: line.quantity };
}

/** The house puts places on sale again, so that there is something to buy to the end. */
export async function restock(sandbox: SandboxProcess, line: ShopLine): Promise<void> {
  const [institution, performanceId] = line.performanceId.split(':');
  const seatCategoryId = Number(line.seatCategoryId.split(':')[1]);
  const wish = { institution, performanceId: Number(performanceId), seatCategoryId, remaining: RESTOCKED };
  await control(sandbox, 'stock', { method: 'POST', body: JSON.stringify(wish) });
}

/** Asks the sandbox's control endpoint. */
export async function control(
  { url }: SandboxProcess,
  name: string,
  init: RequestInit = {},
): Promise<unknown> {
  const response = await fetch(`${url}/_sandbox/${name}`, init);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return response.json();
}

import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { query } from '../support/graphql-client.js';
import { createRequest, startOrderHouse, type OrderHouse } from '../support/order-house.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { startTestSandbox } from '../support/sandbox.js';

async function inDoubtOrders({ gateway }: OrderHouse): Promise<unknown> {
  const { data } = await query(gateway.graphql, '{ institutions { upstream { inDoubtOrders } } }');
  return JSON.parse(JSON.stringify(data));
}

async function metricsOf({ gateway }: OrderHouse): Promise<string> {
  return (await fetch(`${gateway.url}metrics`)).text();
}

describe('operators', () => {
  it('see an order that is in doubt, and for how long, until it is not any more', async () => {
    await using house = await startOrderHouse();
    expect(await inDoubtOrders(house)).toEqual({ institutions: [{ upstream: { inDoubtOrders: 0 } }] });
    await house.sandbox.fault({ method: 'createOrUpdateOrder', kind: 'resetBefore', times: 1 });
    await house.gateway.orders.create(createRequest('doubt-1'));
    expect(await inDoubtOrders(house)).toEqual({ institutions: [{ upstream: { inDoubtOrders: 1 } }] });
    const during = await metricsOf(house);
    expect(during).toContain(`foyer_orders{institution="${ORDERS.code}",state="IN_DOUBT"} 1\n`);
    expect(Number(/in_doubt_age_seconds\{.*\} (\S+)/.exec(during)?.[1])).toBeGreaterThan(0);
    await eventually('the end of the doubt', async () =>
      JSON.stringify(await inDoubtOrders(house)).includes('"inDoubtOrders":0') ? true : null,
    );
    expect(await metricsOf(house)).toMatch(/^foyer_orders_in_doubt_age_seconds\{.*\} 0$/m);
  });

  it('see SALES_CLOSED while the point of sales is switched off', async () => {
    const world = orderWorld();
    const [institution] = world.institutions;
    institution!.posConfig = { ...institution!.posConfig, posActivityState: 'SUSPENDED' };
    await using sandbox = await startTestSandbox({ world });
    await using house = await startOrderHouse({ sandbox });
    const { data } = await query(house.gateway.graphql, '{ institutions { serviceLevel } }');
    expect(data).toEqual({ institutions: [{ serviceLevel: 'SALES_CLOSED' }] });
  });
});

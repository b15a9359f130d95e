import type { FoyerProcess, SandboxProcess } from '../../bench/processes.js';
import { placesOnSale, type ShopLine } from '../../test/support/shop.js';
import { oneOf, sleep } from './crew.js';
import { isDone, newPurchase, pursue, type KnownPurchase, type Purchase } from './purchases.js';
import { signUp, type SignUp } from './sign-ups.js';
import type { SoakContacts } from './verdict.js';

const SETTLE_MS = 180_000;
/** How often the shop turns to what is not settled yet, instead of to something new. */
const AGAIN_SHARE = 0.5;

export interface Settled {
  readonly purchases: readonly { readonly purchase: Purchase; readonly known: KnownPurchase }[];
  readonly contacts: Omit<SoakContacts, 'inBooks'>;
}

/** A front end that sells: each call is one step of one client, and never throws. */
export interface Shop {
  /** What it sells. */
  readonly lines: readonly ShopLine[];
  buy(): Promise<void>;
  signUp(): Promise<void>;
  /** Asks for everything until it is known, or nobody would wait any longer. */
  settle(): Promise<Settled>;
}

/** Asks again, some time, for what was not answered or is in doubt: as a shop does. */
export async function openShop({ graphql }: FoyerProcess, { institutions }: SandboxProcess): Promise<Shop> {
  const lines: readonly ShopLine[] = await placesOnSale(graphql);
  const done: { purchase: Purchase; known: KnownPurchase }[] = [];
  const begun: Purchase[] = [];
  const asked: SignUp[] = [];
  let purchases = 0;
  let people = 0;
  let contacts = 0;

  const goOn = async (purchase: Purchase): Promise<boolean> => {
    const known = await pursue(graphql, purchase);
    if (isDone(purchase, known)) done.push({ purchase, known });
    else begun.push(purchase);
    return isDone(purchase, known);
  };
  const goOnSigningUp = async (person: SignUp): Promise<boolean> => {
    const contact = await signUp(graphql, person);
    if (contact === null) asked.push(person);
    else contacts += 1;
    return contact !== null;
  };
  const isAgain = (): boolean => Math.random() < AGAIN_SHARE;
  return {
    lines,
    async buy() {
      await goOn((isAgain() ? begun.shift() : undefined) ?? newPurchase(`order-${purchases++}`, lines));
    },
    async signUp() {
      const again = isAgain() ? asked.shift() : undefined;
      await goOnSigningUp(again ?? { key: `person-${people++}`, institution: oneOf(institutions).code });
    },
    async settle() {
      const giveUpAt = Date.now() + SETTLE_MS;
      while (begun.length + asked.length > 0 && Date.now() < giveUpAt) {
        const purchase = begun.shift();
        if (purchase !== undefined && !(await goOn(purchase))) await sleep(100);
        const person = asked.shift();
        if (person !== undefined && !(await goOnSigningUp(person))) await sleep(100);
      }
      const open = await Promise.all(
        begun.map(async (purchase) => ({ purchase, known: await pursue(graphql, purchase) })),
      );
      return { purchases: [...done, ...open], contacts: { known: contacts, unknown: asked.length } };
    },
  };
}

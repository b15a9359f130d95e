import type { SecretKey } from '../../secret-key.js';

/** Addresses under which the tickets of an order can be printed, by whoever has one, until it expires. */
export interface TicketLinks {
  /** `/tickets/<token>`, behind `baseUrl` where there is one. `order` is its public id, `lyric:640077`. */
  path(order: string): string;
  /** Null for whatever is not one of our tokens, however little it differs. */
  read(token: string): TicketLink | null;
}

export interface TicketLink {
  /** Public id. */
  readonly order: string;
  readonly isExpired: boolean;
}

export interface TicketLinksOptions {
  readonly key: Pick<SecretKey, 'sign' | 'verify'>;
  readonly lifetimeMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Where browsers reach the gateway, without a slash at the end; empty for addresses without host. */
  readonly baseUrl: string;
}

const PURPOSE = 'ticket link';
/** Far more than a public id and a time have. */
const MAX_TOKEN_LENGTH = 200;
const TOKEN = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
const PAYLOAD = /^([0-9a-z]{1,11})~([a-z0-9][a-z0-9_-]{0,31}:[0-9]{1,19})$/;

/** The token is readable (order and expiry, in seconds) and signed: it needs no memory, and no replica to know it. */
export function createTicketLinks({ key, lifetimeMs, now, baseUrl }: TicketLinksOptions): TicketLinks {
  return {
    path: (order) => {
      const expiresAtSeconds = Math.ceil((now() + lifetimeMs) / 1000);
      const payload = Buffer.from(`${expiresAtSeconds.toString(36)}~${order}`).toString('base64url');
      return `${baseUrl}/tickets/${payload}.${key.sign(PURPOSE, payload)}`;
    },
    read: (token) => {
      const [, payload = '', signature = ''] = (token.length <= MAX_TOKEN_LENGTH && TOKEN.exec(token)) || [];
      // The text itself is signed, not what it decodes to: another spelling of the same bytes is refused.
      if (!key.verify(PURPOSE, payload, signature)) return null;
      const match = PAYLOAD.exec(Buffer.from(payload, 'base64url').toString());
      if (match === null) return null;
      const [, expires = '', order = ''] = match;
      return { order, isExpired: now() >= Number.parseInt(expires, 36) * 1000 };
    },
  };
}

import type { GlobalId } from './ids.js';

/** What a caller may do. `operator` also reads the gateway's own figures and the schema. */
export const SCOPES = [
  'catalog:read',
  'availability:read',
  'contacts:read',
  'contacts:write',
  'orders:read',
  'orders:write',
  'tickets:read',
  'operator',
] as const;

export type Scope = (typeof SCOPES)[number];

/** What of the graph a caller can see at all: what is outside is as if it were not there. */
export interface Reach {
  /** Codes; null: every institution. */
  readonly institutions: ReadonlySet<string> | null;
  /** The one buyer whose data and orders are meant; null: everybody's. */
  readonly contact: GlobalId | null;
}

/** Whoever asks. */
export interface Caller extends Reach {
  /** Whose orders and keys are meant; empty for everybody who gave no credential. */
  readonly id: string;
  readonly isAnonymous: boolean;
  readonly scopes: ReadonlySet<Scope>;
  /** Epoch ms from which the credential is worth nothing; null: never. */
  readonly expiresAt: number | null;
  /** Aborted when the credential is taken back or changed while it is in use; null: that cannot happen to it. */
  readonly withdrawn: AbortSignal | null;
}

const EVERYWHERE: Reach = { institutions: null, contact: null };

/** Everybody, where nobody has to say who he is. */
export const ANYBODY: Caller = {
  ...EVERYWHERE,
  id: '',
  isAnonymous: true,
  scopes: new Set(SCOPES),
  expiresAt: null,
  withdrawn: null,
};

/** Without a credential, where one is asked for: what is public, and no more. */
export function anonymous(publicScopes: ReadonlySet<Scope>): Caller {
  return { ...EVERYWHERE, id: '', isAnonymous: true, scopes: publicScopes, expiresAt: null, withdrawn: null };
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** Why a call is refused before any operation runs; each protocol has its own words for it. */
export type RefusalKind =
  | 'malformed'
  | 'unknownOperation'
  | 'badParameter'
  | 'notUnderstood'
  | 'versionMismatch'
  | 'unauthenticated'
  | 'forbidden';

export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly kind: RefusalKind,
    message: string,
  ) {
    super(message);
  }
}

import type { Verdict } from './credential';

interface Refusal {
  readonly errors?: readonly { readonly message?: string }[];
}

/** What an answer over HTTP says of whoever asked; null: nothing. */
export async function verdictOfAnswer(
  response: Response,
  { isIntrospection, hasCredential }: { readonly isIntrospection: boolean; readonly hasCredential: boolean },
): Promise<Verdict | null> {
  switch (response.status) {
    case 200:
      return { kind: 'good' };
    case 401:
      return hasCredential ? { kind: 'refused', reason: await reasonIn(response) } : { kind: 'missing' };
    case 403:
      return isIntrospection ? { kind: 'noSchema' } : null;
    case 429:
    case 503:
      return { kind: 'later', reason: await reasonIn(response) };
    default:
      return null;
  }
}

/** What the end of a socket says; null: nothing. */
export function verdictOfClose(
  { code, reason }: { readonly code: number; readonly reason: string },
  hasCredential: boolean,
): Verdict | null {
  if (code === 4401 && !hasCredential) return { kind: 'missing' };
  if (code === 4401 || code === 4403) return { kind: 'refused', reason };
  return code === 1013 ? { kind: 'later', reason } : null;
}

/** In words, for whoever looks at the page. */
export function wordsFor(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'unknown':
      return '';
    case 'good':
      return 'Accepted';
    case 'noSchema':
      return 'Accepted, without the scope operator: queries run, documentation and completion are for operators';
    case 'missing':
      return 'Enter an API key or a token to be let in';
    case 'refused':
      return `Refused: ${verdict.reason}`;
    case 'later':
      return verdict.reason;
  }
}

async function reasonIn(response: Response): Promise<string> {
  const body = (await response
    .clone()
    .json()
    .catch(() => ({}))) as Refusal;
  return body.errors?.[0]?.message ?? `HTTP ${response.status}`;
}

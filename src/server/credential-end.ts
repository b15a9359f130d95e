import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Caller } from '../domain/caller.js';

/** For the other side to answer the goodbye. */
const PATIENCE_MS = 2_000;
/** A timer holds 24 days at the most. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * What a credential was good for ends with it: the socket is closed when its token expires, or its key is withdrawn or
 * changed. Clients of graphql-ws come back after this code, with a new credential or with what the key is good for now; one
 * that is none is refused with another. The answer stops looking.
 */
export function closeWithCredential(
  webSocket: WebSocket,
  { expiresAt, withdrawn }: Pick<Caller, 'expiresAt' | 'withdrawn'>,
): () => void {
  const close = (reason: string): void => {
    webSocket.close(CloseCode.Forbidden, reason);
    const cut = setTimeout(() => webSocket.terminate(), PATIENCE_MS);
    cut.unref();
    webSocket.once('close', () => clearTimeout(cut));
  };
  const stopWaiting = expiresAt === null ? null : callAt(expiresAt, () => close('The token has expired'));
  const onWithdrawn = (): void => close('The API key was withdrawn or changed');
  if (withdrawn?.aborted === true) onWithdrawn();
  else withdrawn?.addEventListener('abort', onWithdrawn, { once: true });
  return () => {
    stopWaiting?.();
    withdrawn?.removeEventListener('abort', onWithdrawn);
  };
}

/** `at` is in epoch ms. The answer calls it off. */
function callAt(at: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const leftMs = at - Date.now();
    if (leftMs <= 0) return act();
    timer = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS));
    timer.unref();
  };
  look();
  return () => clearTimeout(timer);
}

import { useId, useState, type FormEvent } from 'react';
import type { Verdict } from './credential';
import { wordsFor } from './verdict';

export interface AccessBarProps {
  /** In use; empty: none. */
  readonly credential: string;
  readonly verdict: Verdict;
  /** Empty: forget it. */
  readonly onCredential: (credential: string) => void;
}

/** Where whoever asks says who he is, and is told what the gateway thinks of it. */
export function AccessBar({ credential, verdict, onCredential }: AccessBarProps) {
  const field = useId();
  const [typed, setTyped] = useState(credential);
  const use = (event: FormEvent): void => {
    event.preventDefault();
    onCredential(typed.trim().replace(/^Bearer +/i, ''));
  };
  const forget = (): void => {
    setTyped('');
    onCredential('');
  };
  return (
    <form className="foyer-access" onSubmit={use}>
      <label htmlFor={field}>API key or token</label>
      <input
        id={field}
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="foyer_… or eyJ…"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="foyer-use" disabled={typed.trim() === ''}>
        Use
      </button>
      {credential !== '' && (
        <button type="button" onClick={forget}>
          Forget
        </button>
      )}
      <output className={`foyer-verdict foyer-${verdict.kind}`} htmlFor={field}>
        {wordsFor(verdict)}
      </output>
    </form>
  );
}

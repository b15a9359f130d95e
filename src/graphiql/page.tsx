import { GraphiQL } from 'graphiql';
import { useMemo, useState } from 'react';
import { AccessBar } from './access-bar';
import { rememberCredential, rememberedCredential, type Verdict } from './credential';
import { examples } from './examples';
import { createFetcher } from './fetcher';

export interface PageProps {
  /** The gateway's own address, with a slash at the end. */
  readonly gateway: URL;
  /** Whether it asks who asks. */
  readonly isGuarded: boolean;
}

/** What was said of which use of a credential: an answer may come after the next one. */
interface Told {
  readonly of: object;
  readonly verdict: Verdict;
}

const UNKNOWN: Verdict = { kind: 'unknown' };

export function Page({ gateway, isGuarded }: PageProps) {
  // Each use of a credential is a new one, also of the same: it may be good by now.
  const [use, setUse] = useState<{ readonly credential: string | null }>(() => ({
    credential: isGuarded ? rememberedCredential() : null,
  }));
  const [told, setTold] = useState<Told>({ of: use, verdict: UNKNOWN });
  // GraphiQL fetches the schema again when this changes.
  const fetcher = useMemo(
    () =>
      createFetcher({
        endpoint: new URL('graphql', gateway),
        credential: use.credential,
        onVerdict: (verdict) =>
          setTold((now) => {
            // That the schema is for others stays true while queries are answered.
            const isKnown = now.of === use && now.verdict.kind === 'noSchema' && verdict.kind === 'good';
            return isKnown ? now : { of: use, verdict };
          }),
      }),
    [gateway, use],
  );
  const onCredential = (credential: string): void => {
    rememberCredential(credential);
    setUse({ credential });
  };
  return (
    <>
      {use.credential !== null && (
        <AccessBar
          credential={use.credential}
          verdict={told.of === use ? told.verdict : UNKNOWN}
          onCredential={onCredential}
        />
      )}
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={examples}
        defaultEditorToolsVisibility={false}
        schemaDescription
      >
        <GraphiQL.Logo>
          <a className="foyer-logo" href={gateway.pathname}>
            Foyer
          </a>
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { SCOPES, type Scope } from '../../src/domain/caller.js';
import { browserMissing, openPage, type BrowserPage } from '../support/browser.js';
import { startTestGateway } from '../support/gateway.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

const [operator, shop] = [newApiKey(), newApiKey()];

interface Shown extends AsyncDisposable {
  /** Of the gateway, with a slash at the end. */
  readonly url: string;
}

/** A gateway that asks who asks, with an operator who may do everything and a shop. */
async function startShown(): Promise<Shown> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  const entry = (name: string, key: string, scopes: readonly Scope[]) => ({
    name,
    sha256: hashOfKey(key),
    scopes,
  });
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: {
      AUTH: 'on',
      API_KEYS: JSON.stringify([
        entry('operator', operator, SCOPES),
        entry('shop', shop, ['catalog:read', 'availability:read']),
      ]),
    },
  });
  return {
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
}

/** The page, and what is found on it. */
function partsOf({ page }: BrowserPage) {
  return {
    field: page.getByLabel('API key or token'),
    use: page.getByRole('button', { name: 'Use', exact: true }),
    forget: page.getByRole('button', { name: 'Forget' }),
    verdict: page.locator('.foyer-verdict'),
    editor: page.locator('.graphiql-query-editor'),
    answer: page.locator('.graphiql-response'),
    run: page.getByRole('button', { name: /^Execute query/ }),
    docs: page.locator('.graphiql-doc-explorer'),
    tab: (name: string) => page.getByRole('tab', { name }),
  };
}

/** Refusals over HTTP are in the console of every browser; a refusal by the security policy is another matter. */
function withoutRefusals({ complaints }: BrowserPage): readonly string[] {
  return complaints.filter((text) => !/status of 40[13]/.test(text));
}

const missing = browserMissing();

/** A browser that starts for the first time on a busy machine takes its time. */
const PATIENCE = { timeout: 150_000 };

describe('GraphiQL where the gateway asks who asks', PATIENCE, () => {
  it('takes a key for queries, the schema and subscriptions, keeps it for the tab, and forgets it', async ({
    skip,
  }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage({ password: operator });
    const { page } = browser;
    const on = partsOf(browser);

    await page.goto(`${shown.url}graphiql`);
    await on.verdict.getByText('Enter an API key or a token').waitFor();
    expect(await on.field.getAttribute('type')).toBe('password');
    await on.field.fill(operator);
    await on.use.click();
    await on.verdict.getByText('Accepted', { exact: true }).waitFor();

    await on.editor.getByText('Browse').waitFor();
    await on.run.click();
    await on.answer.getByText('"totalCount"').waitFor();
    await on.tab('LiveColors').click();
    await on.editor.getByText('LiveColors').waitFor();
    await on.run.click();
    await on.answer.getByText('"availabilityChanged"').waitFor();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await on.docs.getByText('Subscription').first().waitFor();

    await page.reload();
    await on.verdict.getByText('Accepted', { exact: true }).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain(operator);
    await on.forget.click();
    await on.verdict.getByText('Enter an API key or a token').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(operator);
    expect(await on.field.inputValue()).toBe('');
    expect(withoutRefusals(browser)).toEqual([]);
  });

  it('says that a key is refused, over HTTP and on a socket, and what a caller may not do', async ({
    skip,
  }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage({ password: operator });
    const { page } = browser;
    const on = partsOf(browser);

    await page.goto(`${shown.url}graphiql`);
    await on.field.fill(newApiKey());
    await on.use.click();
    await on.verdict.getByText('Refused: The API key is not one of ours').waitFor();
    // Instead of the answer as it came.
    await on.answer.getByText('The API key is not one of ours').waitFor();
    expect(await on.answer.innerText()).not.toContain('UNAUTHENTICATED');

    await on.field.fill(shop);
    await on.use.click();
    await on.verdict.getByText('without the scope operator').waitFor();
    await on.editor.getByText('Browse').waitFor();
    await on.run.click();
    await on.answer.getByText('"totalCount"').waitFor();
    await on.verdict.getByText('without the scope operator').waitFor();

    await on.field.fill('foyer_wrong');
    await on.use.click();
    await on.verdict.getByText('Refused').waitFor();
    await on.tab('LiveColors').click();
    await on.editor.getByText('LiveColors').waitFor();
    await on.run.click();
    await on.answer.getByText('The socket was closed: The API key is not one of ours').waitFor();
    expect(withoutRefusals(browser)).toEqual([]);
  });

  it('has no such field in an open house', async ({ skip }) => {
    skip(missing !== null, missing ?? '');
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    await using browser = await openPage();
    await browser.page.goto(`${gateway.url}graphiql`);
    await partsOf(browser).tab('Browse').waitFor();
    expect(await partsOf(browser).field.count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { browserMissing, openPage } from '../support/browser.js';
import { inventGraph } from '../support/invented-graph.js';
import { startSampleServer } from '../support/sample-server.js';

interface Shown extends AsyncDisposable {
  /** Of the gateway, with a slash at the end. */
  readonly url: string;
  /** Makes the subscription to colors send an update. */
  changeColor(): Promise<void>;
}

async function startShown(): Promise<Shown> {
  const graph = inventGraph();
  const server = await startSampleServer({
    schema: graph.schema,
    startPage: () => ({
      version: '0.1.0',
      sandboxUrl: 'http://127.0.0.1:4360',
      institutions: [
        {
          code: 'pleyel',
          name: 'Salle Pleyel',
          productCount: 184,
          performanceCount: 243,
          serviceLevel: 'NORMAL',
        },
        { code: 'louvre', name: null, productCount: null, performanceCount: null, serviceLevel: 'DEGRADED' },
      ],
    }),
  });
  return {
    url: server.url,
    changeColor: async () => {
      await expect.poll(() => graph.subscribers()).toBe(1);
      graph.tick(1);
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

const missing = browserMissing();

describe('GraphiQL in a browser', () => {
  it('opens on its examples, runs a query and shows a live event, and asks no other host', async ({
    skip,
  }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage();
    const { page } = browser;
    const editor = page.locator('.graphiql-query-editor');
    const answer = page.locator('.graphiql-response');
    const run = page.getByRole('button', { name: /^Execute query/ });

    await page.goto(`${shown.url}graphiql`);
    expect(await page.title()).toBe('Foyer');
    await page.getByRole('tab', { name: 'Browse' }).waitFor();
    expect(await page.locator('.graphiql-tab-button').allInnerTexts()).toEqual([
      'Browse',
      'Availability',
      'LiveColors',
      'CatalogChanges',
      'Operator',
    ]);

    await editor.getByText('Browse').waitFor();
    await run.click();
    await answer.getByText('"totalCount"').waitFor();

    await page.getByRole('tab', { name: 'LiveColors' }).click();
    await editor.getByText('LiveColors').waitFor();
    await run.click();
    await shown.changeColor();
    await answer.getByText('"availabilityChanged"').waitFor();

    const own = new URL(shown.url).host;
    expect(browser.requests.filter((address) => new URL(address).host !== own)).toEqual([]);
    expect(browser.requests).toContainEqual(`ws://${own}/graphql`);
    expect(browser.complaints).toEqual([]);
  });
});

describe('the start page in a browser', () => {
  it('shows the institutions and leads to GraphiQL', async ({ skip }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage();
    const { page } = browser;

    await page.goto(shown.url);
    await page.getByRole('cell', { name: 'pleyel', exact: true }).waitFor();
    // The security policy let the style sheet through.
    expect(await page.evaluate("getComputedStyle(document.querySelector('.button')).fontWeight")).toBe('600');
    await page.getByRole('link', { name: 'Open GraphiQL' }).click();
    await page.getByRole('tab', { name: 'Browse' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

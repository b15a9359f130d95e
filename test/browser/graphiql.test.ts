import { describe, expect, it } from 'vitest';
import { browserMissing, openPage } from '../support/browser.js';
import { startTestGateway } from '../support/gateway.js';
import { startTestSandbox } from '../support/sandbox.js';

interface Shown extends AsyncDisposable {
  /** Of the gateway, with a slash at the end. */
  readonly url: string;
}

/** The whole gateway with lively buyers, so that a subscription has something to show. */
async function startShown(): Promise<Shown> {
  const minuteMs = 500;
  const sandbox = await startTestSandbox({ minuteMs, speed: 1 });
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: { S360_MINUTE_MS: String(minuteMs), S360_CALLS_PER_MONTH: '1000000' },
  });
  return {
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
}

const missing = browserMissing();

/** A browser that starts for the first time on a busy machine takes its time. */
const PATIENCE = { timeout: 150_000 };

describe('GraphiQL in a browser', PATIENCE, () => {
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
      'Seats',
      'FindContacts',
      'WhatToOrder',
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
    await answer.getByText('"availabilityChanged"').waitFor();
    // The snapshot is replaced by what buyers do.
    await answer.getByText('"CHANGES"').first().waitFor();

    const own = new URL(shown.url).host;
    expect(browser.requests.filter((address) => new URL(address).host !== own)).toEqual([]);
    expect(browser.requests).toContainEqual(`ws://${own}/graphql`);
    expect(browser.complaints).toEqual([]);
  });
});

describe('the start page in a browser', PATIENCE, () => {
  it('shows the institutions and leads to GraphiQL', async ({ skip }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage();
    const { page } = browser;

    await page.goto(shown.url);
    await page.getByRole('cell', { name: 'lyric', exact: true }).waitFor();
    // The security policy let the style sheet through.
    expect(await page.evaluate("getComputedStyle(document.querySelector('.button')).fontWeight")).toBe('600');
    await page.getByRole('link', { name: 'Open GraphiQL' }).click();
    await page.getByRole('tab', { name: 'Browse' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

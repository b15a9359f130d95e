import { describe, expect, it } from 'vitest';
import { browserMissing, openPage, PHONE } from '../support/browser.js';
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

describe('on a phone', PATIENCE, () => {
  it('the start page has every column, and GraphiQL the answer below the query', async ({ skip }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage({ size: PHONE });
    const { page } = browser;
    await page.goto(shown.url);
    const levels = page.locator('td.level');
    expect(await levels.count()).toBe(3);
    for (const level of await levels.all()) {
      const { x, width } = (await level.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(PHONE.width);
    }
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    // Still a table to who hears it.
    expect(nodes.filter(({ role }) => role?.value === 'row')).toHaveLength(3);
    await page.getByRole('link', { name: 'Open GraphiQL' }).click();
    await page.locator('.graphiql-query-editor').getByText('Browse').waitFor();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    const answer = page.locator('.graphiql-response');
    await answer.getByText('"totalCount"').waitFor();
    const [asked, answered] = [
      (await page.locator('.graphiql-editors').boundingBox())!,
      (await answer.boundingBox())!,
    ];
    expect(answered.y).toBeGreaterThanOrEqual(asked.y + asked.height);
    expect(answered.width).toBeGreaterThan(PHONE.width / 2);
    expect(answered.y + answered.height).toBeLessThanOrEqual(PHONE.height);
  });
});

describe('both pages', PATIENCE, () => {
  it.for(['light', 'dark'] as const)('have the same accent: %s', async (colorScheme, { skip }) => {
    skip(missing !== null, missing ?? '');
    await using shown = await startShown();
    await using browser = await openPage({ colorScheme });
    const { page } = browser;
    const colorOf = (selector: string, property: string): Promise<string> =>
      page.evaluate(
        `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`,
      );
    await page.goto(shown.url);
    const [button, link] = [await colorOf('.button', 'background-color'), await colorOf('dl a', 'color')];
    await page.goto(`${shown.url}graphiql`);
    await page.locator('.graphiql-query-editor').getByText('Browse').waitFor();
    expect(await colorOf('.graphiql-execute-button', 'background-color')).toBe(button);
    const channels = (color: string): number[] => [...color.matchAll(/\d+/g)].map(Number);
    const accent = channels(await colorOf('.foyer-logo', 'color'));
    // Hue, saturation and lightness are whole numbers there.
    for (const [at, channel] of channels(link).entries())
      expect(Math.abs(channel - accent[at]!)).toBeLessThanOrEqual(2);
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

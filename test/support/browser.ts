import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Why browser tests cannot run here; null when they can. On CI a missing browser is a failure, not a reason to skip. */
export function browserMissing(): string | null {
  if (existsSync(CHROMIUM)) return null;
  if (process.env['CI'])
    throw new Error(`${CHROMIUM} is not there, and browser tests must not be skipped on CI`);
  return `${CHROMIUM} is not there`;
}

export interface BrowserPage extends AsyncDisposable {
  readonly page: Page;
  /** Every address that the page asked for, sockets included; `data:` and `blob:` are none. */
  readonly requests: readonly string[];
  /** What the page complained about: console errors, uncaught exceptions, refusals by the security policy. */
  readonly complaints: readonly string[];
}

export interface BrowserOptions {
  /** What somebody types who is asked for a name and a password. */
  readonly password?: string;
  /** Of the window, in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** What most phones have. */
export const PHONE = { width: 390, height: 844 };

/** A page in a Chromium of its own, with an empty profile. */
export async function openPage({
  password,
  size = { width: 1440, height: 860 },
  colorScheme = 'light',
}: BrowserOptions = {}): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'foyer-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    timeout: 90_000,
    viewport: size,
    colorScheme,
    ...(password !== undefined && { httpCredentials: { username: 'me', password } }),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  // Of the context, so that workers are listened to as well.
  context.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) requests.push(request.url());
  });
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    page,
    requests,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

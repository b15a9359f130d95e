import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';

const REAL = {
  AUTH: 'none',
  S360_INSTITUTIONS: 'pleyel=https://pleyel.ws.example,opera-nord=https://opera.ws.example',
  S360_PLEYEL_USERNAME: 'PLEYEL_FOYER',
  S360_PLEYEL_PASSWORD: 'x',
  S360_OPERA_NORD_USERNAME: 'OPERA_FOYER',
  S360_OPERA_NORD_PASSWORD: 'x',
};
const SECRET = 'hunter2-canary-of-at-least-32-characters';

describe('settings of tickets', () => {
  it('are QR, a day and a secret of the installation by themselves', () => {
    const config = readConfig(REAL, '/srv');
    expect(config).toMatchObject({ secretKey: null, ticketLinkHours: 24 });
    expect(config.institutions?.map(({ symbology }) => symbology)).toEqual(['QR', 'QR']);
  });

  it('give each institution its symbology', () => {
    const { institutions, warnings } = readConfig({ ...REAL, S360_OPERA_NORD_SYMBOLOGY: 'AZTEC' }, '/srv');
    expect(institutions?.map(({ symbology }) => symbology)).toEqual(['QR', 'AZTEC']);
    expect(warnings).toEqual([]);
  });

  it('give the institutions of the sandbox theirs', () => {
    const { sandbox, warnings } = readConfig({ S360_ARENA_SYMBOLOGY: 'PDF417' }, '/srv');
    expect([...sandbox.symbologies]).toEqual([['ARENA', 'PDF417']]);
    expect(warnings).toEqual([]);
  });

  it.each([REAL, {}])('refuse an unknown symbology', (env) => {
    expect(problemsOf({ ...env, S360_PLEYEL_SYMBOLOGY: 'EAN13' })).toEqual([
      'S360_PLEYEL_SYMBOLOGY must be one of QR, AZTEC, PDF417, DATAMATRIX, CODE128, got "EAN13"',
    ]);
  });

  it('take one secret or several', () => {
    expect(readConfig({ SECRET_KEY: SECRET }, '/srv').secretKey).toBe(SECRET);
    expect(readConfig({ SECRET_KEY: `${SECRET},${SECRET}2` }, '/srv').secretKey).toBe(`${SECRET},${SECRET}2`);
  });

  it.each(['hunter2-canary', `${SECRET},hunter2-canary`, `${SECRET},`])(
    'refuse a short secret without repeating it',
    (secret) => {
      const problems = problemsOf({ SECRET_KEY: secret });
      expect(problems).toEqual([expect.stringMatching(/^SECRET_KEY must have at least 32 characters/)]);
      expect(problems[0]).not.toContain('canary');
    },
  );

  it.each(['0', '8761', '1.5'])('refuse addresses that live %s hours', (hours) => {
    expect(problemsOf({ TICKET_LINK_HOURS: hours })).toEqual([
      expect.stringContaining('TICKET_LINK_HOURS must be a whole number from 1 to 8760'),
    ]);
  });

  it('warn that replicas with a secret each do not open what others stored', () => {
    const database = { DATABASE_URL: 'postgres://foyer@db/foyer' };
    expect(readConfig(database, '/srv').warnings.join()).toContain('SECRET_KEY is not set');
    expect(readConfig({ ...database, SECRET_KEY: SECRET }, '/srv').warnings).toEqual([]);
    expect(readConfig({}, '/srv').warnings).toEqual([]);
  });
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, '/srv');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('readConfig accepted it');
}

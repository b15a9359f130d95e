import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { Environment } from '../../src/config/environment.js';
import { ConfigError } from '../../src/errors.js';

const REAL = {
  AUTH: 'none',
  S360_INSTITUTIONS: 'pleyel=https://pleyel.ws.example/, opera-nord=https://opera.ws.example',
  S360_PLEYEL_USERNAME: 'PLEYEL_FOYER',
  S360_PLEYEL_PASSWORD: ' with spaces ',
  S360_OPERA_NORD_USERNAME: 'OPERA_FOYER',
  S360_OPERA_NORD_PASSWORD: 'secret',
};

describe('readConfig', () => {
  it('reads nothing as the embedded sandbox at the demonstration pace', () => {
    expect(readConfig({}, '/srv')).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      cacheDir: '/srv/.foyer',
      institutions: null,
      contract: { minuteMs: 3000, callsPerMinute: 70, callsPerMonth: 1_000_000, bytesPerMonth: null },
      sandbox: { port: 4360, env: {} },
    });
  });

  it('reads real institutions with the standard contract', () => {
    const config = readConfig(REAL, '/srv');
    expect(config.contract).toMatchObject({ minuteMs: 60_000, callsPerMinute: 70, callsPerMonth: 10_000 });
    expect(config.institutions).toMatchObject([
      { code: 'pleyel', baseUrl: 'https://pleyel.ws.example', password: ' with spaces ' },
      { code: 'opera-nord', username: 'OPERA_FOYER' },
    ]);
  });

  it('announces no stop unless told for how long, a minute at the most', () => {
    expect(readConfig({}, '/srv').drainAnnounceMs).toBe(0);
    expect(readConfig({ DRAIN_ANNOUNCE_MS: '10000' }, '/srv').drainAnnounceMs).toBe(10_000);
    expect(problemsOf({ DRAIN_ANNOUNCE_MS: '60001' }).problems).toEqual([
      'DRAIN_ANNOUNCE_MS must be a whole number from 0 to 60000, got "60001"',
    ]);
  });

  it('maps level words of one institution', () => {
    const config = readConfig({ ...REAL, S360_PLEYEL_LEVELS: 'DISPO=GREEN, COMPLET=RED' }, '/srv');
    expect(config.institutions?.[0]?.levels).toEqual({ DISPO: 'GREEN', COMPLET: 'RED' });
  });

  it('reports every problem at once and never a password', () => {
    const { problems } = problemsOf({
      ...REAL,
      S360_INSTITUTIONS: `${REAL.S360_INSTITUTIONS},x=ftp://nowhere,Bad Code=https://a.example`,
      PORT: '70000',
      LOG_LEVEL: 'loud',
      S360_CALLS_PER_MINUTE: '-1',
      S360_OPERA_NORD_PASSWORD: '',
    });
    expect(problems).toEqual([
      'S360_OPERA_NORD_PASSWORD is missing',
      'S360_INSTITUTIONS must give x an http(s) address without query, got "ftp://nowhere"',
      'S360_X_USERNAME is missing',
      'S360_X_PASSWORD is missing',
      'S360_INSTITUTIONS must be a list of <code>=<base address>, got "Bad Code=https://a.example"',
      'PORT must be a whole number from 0 to 65535, got "70000"',
      'LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace, got "loud"',
      'S360_CALLS_PER_MINUTE must be a whole number from 1 to 100000, got "-1"',
    ]);
    expect(problems.join()).not.toContain('with spaces');
  });

  it.each([
    ['mysql://foyer:s3cret@db/foyer', 'must be an address that begins with postgres:// or postgresql://'],
    ['db.example/s3cret', 'must be an address that begins with postgres:// or postgresql://'],
    ['postgres:///s3cret', 'must name a host'],
    // Each of them could print a part of the password as a port, a database or a parameter.
    ['postgres://foyer:12#s3cret@db/foyer', /percent-encoded$/],
    ['postgres://foyer:12/s3cret@db/foyer', /percent-encoded$/],
    ['postgres://foyer:12?s3cret@db/foyer', /percent-encoded$/],
  ])('refuses the database address %s without repeating it', (address, rule) => {
    const { problems } = problemsOf({ DATABASE_URL: address });
    expect(problems).toEqual([expect.stringMatching(rule)]);
    expect(problems[0]).toMatch(/^DATABASE_URL /);
    expect(problems[0]).not.toContain('s3cret');
  });

  it('takes the address of a PostgreSQL as it is, and none at all', () => {
    const address = 'postgresql://foyer:p%40ss@db:6543/foyer?sslmode=verify-full';
    expect(readConfig({ DATABASE_URL: address, SECRET_KEY: 'x'.repeat(32) }, '/srv')).toMatchObject({
      databaseUrl: address,
      warnings: [],
    });
    expect(readConfig({}, '/srv').databaseUrl).toBeNull();
  });

  it.each([
    ['http://redis:6379', /must be an address that begins with redis:\/\/ or rediss:\/\//],
    ['redis:6379', /must name a host/],
    ['s3cret', /must be an address/],
    ['redis://:s3cret@/0', /must be an address/],
    ['redis://foyer:s3c#ret@redis:6379', /percent-encoded|must be an address/],
    ['redis://redis:6379/s3cret', /percent-encoded/],
  ])('refuses the Redis address %s without repeating it', (address, rule) => {
    const { problems } = problemsOf({ REDIS_URL: address });
    expect(problems).toEqual([expect.stringMatching(rule)]);
    expect(problems[0]).toMatch(/^REDIS_URL /);
    expect(problems[0]).not.toContain('s3c');
  });

  it('takes a Redis and the number of replicas, and warns of a journal that they do not share', () => {
    const url = 'rediss://foyer:p%40ss@redis:6380/2';
    const alone = readConfig({ REDIS_URL: url, REPLICAS: '1' }, '/srv');
    expect(alone).toMatchObject({ redisUrl: url, replicas: 1, warnings: [] });
    const several = readConfig({ REDIS_URL: url, REPLICAS: '3' }, '/srv');
    expect(several.replicas).toBe(3);
    expect(several.warnings).toEqual([expect.stringContaining('DATABASE_URL')]);
    expect(readConfig({}, '/srv')).toMatchObject({ redisUrl: null, replicas: null });
    expect(problemsOf({ REPLICAS: '0' }).problems).toEqual([
      'REPLICAS must be a whole number from 1 to 1000, got "0"',
    ]);
  });

  it('warns of a setting that has no effect', () => {
    const { warnings } = readConfig({ ...REAL, S360_PLEYEL_PASWORD: 'x' }, '/srv');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toBe(
      'S360_PLEYEL_PASWORD is not a setting, but S360_PLEYEL_PASSWORD is: it has no effect',
    );
    expect(readConfig({ ...REAL, S360_LOUVRE_USERNAME: 'x' }, '/srv').warnings).toEqual([
      expect.stringMatching(/^S360_LOUVRE_USERNAME is not a setting of this version, or of no configured/),
    ]);
  });

  it.each([
    ['API_KEY_FILE', 'API_KEYS_FILE'],
    ['API_KEY', 'API_KEYS'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['RATE_LIMIT_PER_MINTUE', 'RATE_LIMIT_PER_MINUTE'],
  ])('warns of %s, which is a slip away from %s', (name, setting) => {
    expect(readConfig({ ...REAL, [name]: 'x' }, '/srv').warnings).toEqual([
      `${name} is not a setting, but ${setting} is: it has no effect`,
    ]);
  });

  it('says nothing of the variables of others', () => {
    const others = {
      HOME: '/',
      PATH: '/bin',
      POST: 'x',
      HOSTNAME: 'a',
      LANG: 'C',
      npm_config_cache: 'x',
      DATABASE: 'x',
    };
    expect(readConfig({ ...REAL, ...others }, '/srv').warnings).toEqual([]);
  });

  it('tells of a misspelt setting beside what is missing without it', () => {
    const { S360_PLEYEL_PASSWORD, ...without } = REAL;
    expect(problemsOf({ ...without, S360_PLEYEL_PASSWRD: S360_PLEYEL_PASSWORD }).problems).toEqual([
      'S360_PLEYEL_PASSWORD is missing',
      'S360_PLEYEL_PASSWRD is not a setting, but S360_PLEYEL_PASSWORD is: it has no effect',
    ]);
  });

  it.each(['https://pleyel.example/tnseb', 'https://pleyel.example/s360/tnseb/backend-apis'])(
    'refuses %s, which is more than the base address',
    (address) => {
      expect(problemsOf({ ...REAL, S360_INSTITUTIONS: `pleyel=${address}` }).problems).toEqual([
        `S360_INSTITUTIONS must give pleyel the address that comes before /tnseb, got "${address}"`,
      ]);
    },
  );
});

function problemsOf(env: Environment): ConfigError {
  try {
    readConfig(env, '/srv');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('readConfig accepted it');
}

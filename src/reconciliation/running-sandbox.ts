import { z } from 'zod';
import type { InstitutionConfig } from '../config/institutions.js';
import { ConfigError } from '../errors.js';

const ANSWER_WITHIN_MS = 2_000;
/** Of every operator of the sandbox, as its README says. */
const PASSWORD = 'sandbox';

const indexPage = z.object({
  institutions: z.array(z.object({ code: z.string(), operator: z.string() })),
});

/**
 * The institutions of the sandbox that a running gateway has embedded, for another process of the same installation.
 * Throws ConfigError when no sandbox answers at that port.
 */
export async function findRunningSandbox(port: number): Promise<readonly InstitutionConfig[]> {
  const nothing = 'S360_INSTITUTIONS names no S-360, and';
  if (port === 0) {
    throw new ConfigError([
      `${nothing} SANDBOX_PORT is 0: where the gateway's sandbox listens is not known. Name its institutions in S360_INSTITUTIONS`,
    ]);
  }
  const url = `http://127.0.0.1:${port}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { institutions } = indexPage.parse(await response.json());
    return institutions.map(({ code, operator }) => ({
      code,
      baseUrl: `${url}/${code}`,
      username: operator,
      password: PASSWORD,
      paymentMethod: null,
      symbology: 'QR',
      levels: {},
    }));
  } catch (cause) {
    const problem = `${nothing} no sandbox answers at ${url}: start the gateway first, with the same SANDBOX_PORT, or name its institutions in S360_INSTITUTIONS`;
    throw Object.assign(new ConfigError([problem]), { cause });
  }
}

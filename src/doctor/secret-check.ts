import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { counted } from '../domain/counted.js';
import type { Journal } from '../journal/database.js';
import { openSecretKey, type SecretKey } from '../secret-key.js';
import { secretFileOf } from '../config/state-folders.js';
import { ok, problem, type Check, type Finding } from './finding.js';

const SUBJECT = 'SECRET_KEY';
/** Of the newest numbers: a secret that was exchanged and dropped shows there. */
const LOOKED_AT = 200;

/** Whether the secret is the one that sealed what is in the journal. A process without it starts, and opens no ticket. */
export function secretCheck(config: Config, journal: Journal): Check {
  return { subject: SUBJECT, run: () => secretFindings(config, journal) };
}

const ticketTexts = z.array(z.object({ holder: z.string().nullable(), barcode: z.string().nullable() }));

async function secretFindings(config: Config, journal: Journal): Promise<readonly Finding[]> {
  const rows = await journal
    .selectFrom('customer_order')
    .select('tickets')
    .where('tickets', '<>', '[]')
    .orderBy('number', 'desc')
    .limit(LOOKED_AT)
    .execute();
  const sealed = rows.map(({ tickets }) =>
    ticketTexts
      .parse(JSON.parse(tickets))
      .flatMap(({ holder, barcode }) => [holder, barcode])
      .filter((text) => text !== null),
  );
  const key = await keyOf(config);
  if (sealed.length === 0) return [ok(SUBJECT, 'nothing is sealed yet')];
  const closed = sealed.filter((texts) => key === null || !texts.every((text) => opens(key, text))).length;
  const of = `the tickets of ${counted(sealed.length, 'order')}`;
  if (closed === 0) return [ok(SUBJECT, `opens ${of} that were looked at`)];
  return [
    problem(
      SUBJECT,
      `does not open ${closed === sealed.length ? of : `${closed} of ${of}`} that were looked at`,
      'Put the secret that sealed them behind the present one, separated by a comma; without SECRET_KEY it is in secret.key beside the journal. Nobody can read those barcodes without it.',
    ),
  ];
}

/** Null where it would have to be made, which is for the gateway's start. */
async function keyOf(config: Config): Promise<SecretKey | null> {
  const file = secretFileOf(config);
  if (config.secretKey === null && !existsSync(file)) return null;
  return openSecretKey({ secret: config.secretKey, file });
}

function opens(key: SecretKey, text: string): boolean {
  try {
    key.open(text);
    return true;
  } catch {
    return false;
  }
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { InstitutionConfig } from '../config/institutions.js';
import {
  descriptionFileOf,
  SERVICE_NAMES,
  soapPathOf,
  type ServiceName,
} from '../datasources/s360/settings.js';
import { UpstreamRateLimitedError } from '../errors.js';
import { differencesOf, MOST_DESCRIPTION_BYTES, readDescription } from './description.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { openOwnTurns, turnRefused, type OwnTurns, type TurnParts } from './own-turns.js';

/** One after the other, so that they take little of a minute at once. */
const DESCRIPTIONS_MS = 15_000;

/** Fetching a description counts against the limit of calls (seen in a real client), so it is bought and counted. */
export async function descriptionFindings(
  institution: InstitutionConfig,
  parts: TurnParts,
): Promise<readonly Finding[]> {
  const turns = await openOwnTurns(institution.code, parts, {
    deadlineMs: DESCRIPTIONS_MS,
    untilMs: parts.clock.now() + DESCRIPTIONS_MS,
  });
  try {
    return await readDescriptions(institution, turns);
  } finally {
    await turns.stop();
  }
}

async function readDescriptions(
  { code, baseUrl }: InstitutionConfig,
  turns: OwnTurns,
): Promise<readonly Finding[]> {
  const signal = AbortSignal.timeout(DESCRIPTIONS_MS);
  const findings: Finding[] = [];
  let good = 0;
  for (const service of SERVICE_NAMES) {
    const subject = `${code}: ${service}`;
    const turn = await turns
      .take({ service, method: 'wsdl' })
      .catch((error: unknown) => (error instanceof UpstreamRateLimitedError ? error : Promise.reject(error)));
    if (turn instanceof UpstreamRateLimitedError) {
      findings.push(warning(subject, ...turnRefused(turn)));
      break;
    }
    const answer = await fetchText(`${baseUrl}${soapPathOf(service)}?wsdl`, signal).catch(() => null);
    if (answer?.status === 509 || answer?.status === 429) await turn.refused(answer.text.length);
    else await turn.ended(answer?.text.length ?? 0);
    if (answer === null) {
      findings.push(
        problem(
          subject,
          signal.aborted
            ? `its description does not come within ${DESCRIPTIONS_MS / 1_000} s for all services together`
            : 'its description does not come',
          'See what is said of the network, and repeat.',
        ),
      );
      break;
    }
    if (answer.status === 509 || answer.status === 429) {
      findings.push(
        warning(subject, 'S-360 takes no more calls in this minute', 'Run the doctor again in a minute.'),
      );
      break;
    }
    const found = await compare(service, subject, answer);
    findings.push(...found);
    if (found.length === 0) good += 1;
  }
  if (good === 0) return findings;
  const rest =
    good === SERVICE_NAMES.length ? 'the services have' : `${good} of ${SERVICE_NAMES.length} services have`;
  return [ok(`${code}: descriptions`, `${rest} all that this version of Foyer asks for`), ...findings];
}

interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

async function compare(
  service: ServiceName,
  subject: string,
  answer: TextAnswer,
): Promise<readonly Finding[]> {
  if (answer.status !== 200) {
    return [
      problem(
        subject,
        `its description is answered with HTTP ${answer.status}`,
        `Ask S-360's support whether the operator may use ${service}, and in which version.`,
      ),
    ];
  }
  const file = new URL(`../../wsdl/${descriptionFileOf(service)}`, import.meta.url);
  const expected = readDescription(await readFile(fileURLToPath(file), 'utf8'));
  let differences;
  try {
    differences = differencesOf(expected, readDescription(answer.text));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
    return [
      problem(
        subject,
        `its description is no WSDL: ${reason}`,
        'Check the address: something else answers there.',
      ),
    ];
  }
  return differences.map(({ isSerious, says }) =>
    isSerious
      ? problem(
          subject,
          says,
          'Calls to it will fail. Ask for the version that the repository describes in wsdl/.',
        )
      : warning(subject, says, 'It may have another name there: compare it with wsdl/ before you sell.'),
  );
}

async function fetchText(url: string, signal: AbortSignal): Promise<TextAnswer> {
  const { statusCode, body } = await request(url, { signal });
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MOST_DESCRIPTION_BYTES) {
      body.destroy();
      break;
    }
  }
  return { status: statusCode, text };
}

import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { ContractConfig } from '../config/contract.js';
import type { InstitutionConfig } from '../config/institutions.js';
import type { Journal } from '../journal/database.js';
import { descriptionFindings } from './descriptions-check.js';
import type { Check } from './finding.js';
import { networkFindings } from './network-check.js';
import { operatorFindings } from './operator-check.js';

export interface InstitutionCheckParts {
  readonly contract: ContractConfig;
  /** Where calls are counted: the gateway's, so that none is made that the contract does not have. */
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The way to one institution's S-360; then its descriptions, and what it says to the operator that is configured. Each
 * of the three has a time of its own, below the time of a look, so that one which hangs hides nothing of the others.
 */
export function institutionCheck(institution: InstitutionConfig, parts: InstitutionCheckParts): Check {
  return {
    subject: institution.code,
    async run() {
      const network = await networkFindings(institution);
      // Without a way there, everything else would only say so again.
      if (network.some(({ level }) => level === 'problem')) return network;
      const [descriptions, operator] = await Promise.all([
        descriptionFindings(institution, parts),
        operatorFindings(institution, parts),
      ]);
      return [...network, ...descriptions, ...operator];
    },
  };
}

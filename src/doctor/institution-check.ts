import type { InstitutionConfig } from '../config/institutions.js';
import { descriptionFindings } from './descriptions-check.js';
import type { Check } from './finding.js';
import { networkFindings } from './network-check.js';
import { operatorFindings } from './operator-check.js';
import type { TurnParts } from './own-turns.js';

/**
 * The way to one institution's S-360; then its descriptions, and what it says to the operator that is configured. Each
 * of the three has a time of its own, below the time of a look, so that one which hangs hides nothing of the others.
 */
export function institutionCheck(institution: InstitutionConfig, parts: TurnParts): Check {
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

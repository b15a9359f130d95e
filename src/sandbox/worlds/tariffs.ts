import type { AudienceCategory, AudienceSubCategory } from '../model.js';
import type { Ids } from './ids.js';
import { translated, type Text } from './texts.js';

/** A tariff as somebody would describe it: its price is a share of the full one. */
export interface TariffPlan {
  readonly code: string;
  readonly name: Text;
  readonly description?: Text;
  readonly kind: AudienceSubCategory['audienceCategoryKind'];
  /** 1 is the full price. */
  readonly share: number;
  /** Codes: one of these must be in the basket too. */
  readonly requires?: readonly string[];
  readonly crossSeatCategory?: boolean;
}

export interface TariffGroupPlan {
  readonly code: string;
  readonly name: Text;
  readonly main: AudienceCategory['mainCategory'];
  readonly secondary: AudienceCategory['secondaryCategory'];
  readonly tariffs: readonly TariffPlan[];
}

export interface Tariff {
  readonly id: number;
  readonly code: string;
  readonly share: number;
  readonly main: AudienceCategory['mainCategory'];
}

/** The tariffs of one season. Codes are unique in it. */
export interface TariffTable {
  readonly audienceCategories: AudienceCategory[];
  readonly all: readonly Tariff[];
  /** In the order asked; throws RangeError for a code that is not there. */
  pick(codes: readonly string[]): Tariff[];
}

export function buildTariffs(groups: readonly TariffGroupPlan[], ids: Ids): TariffTable {
  const all = groups.flatMap(({ main, tariffs }) =>
    tariffs.map(({ code, share }): Tariff => ({ id: ids.next('tariff'), code, share, main })),
  );
  const byCode = new Map(all.map((tariff) => [tariff.code, tariff]));
  const pick = (codes: readonly string[]): Tariff[] =>
    codes.map((code) => {
      const tariff = byCode.get(code);
      if (!tariff)
        throw new RangeError(`Cannot price: expected one of ${[...byCode.keys()].join(' ')}, got ${code}`);
      return tariff;
    });

  const audienceCategories = groups.map((group): AudienceCategory => ({
    id: ids.next('audienceCategory'),
    code: group.code,
    externalName: translated(group.name),
    mainCategory: group.main,
    secondaryCategory: group.secondary,
    audienceSubCategories: group.tariffs.map((plan) => ({
      id: pick([plan.code])[0]!.id,
      code: plan.code,
      externalName: translated(plan.name),
      ...(plan.description ? { externalDescription: translated(plan.description) } : {}),
      audienceCategoryKind: plan.kind,
      requiredAudienceSubCategoryIds: pick(plan.requires ?? []).map(({ id }) => id),
      crossSeatCategory: plan.crossSeatCategory ?? false,
    })),
  }));
  return { audienceCategories, all, pick };
}

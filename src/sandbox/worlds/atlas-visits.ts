import type { Product, Timeslot } from '../model.js';
import type { VisitPlan } from './atlas-visits.data.js';
import { itemPrices, salePeriods } from './prices.js';
import type { BuildingSite } from './site.js';
import type { TariffTable } from './tariffs.js';
import { translated } from './texts.js';

const SLOT_DAYS = 42;
/** Selling goes on for a quarter of an hour after the departure. */
const SALES_TOLERANCE_SECONDS = 900;
const VISITOR_TARIFFS = ['ADULT', 'STUDENT', 'SENIOR', 'CHILD', 'INFANT', 'MEMBER'];

/** A pass: with a slot for each departure of the next six weeks, or for any day. */
export function buildVisit(
  site: BuildingSite,
  plan: VisitPlan,
  tariffs: TariffTable,
  vatCodeId: number,
): Product {
  const { ids, calendar, stock } = site;
  const sold = tariffs.pick(plan.guided ? [...VISITOR_TARIFFS, 'SCHOOL'] : VISITOR_TARIFFS);
  const rateTypeId = ids.next('rateType');
  const timeslots = slotsOf(site, plan);
  const product: Product = {
    id: ids.next('product'),
    code: plan.code,
    externalName: translated(plan.name),
    description: translated(plan.description),
    productFamilyType: 'PASS',
    state: 'RUNNING',
    vatCodeId,
    minQuantity: 1,
    exchangeable: true,
    logo: `/images/atlas/${plan.code.toLowerCase()}.png`,
    largeImageUrl: `https://media.atlas.example/visits/${plan.code.toLowerCase()}.jpg`,
    topicIds: [],
    crossSellProductLinks: [],
    pass: {
      consecutive: 'INDIFFERENT',
      dateMandatory: timeslots.length > 0,
      guided: plan.guided,
      items: [
        {
          itemId: ids.next('item'),
          externalName: translated(plan.name),
          timeslotIds: timeslots.map(({ id }) => id),
          itemPrices: itemPrices(plan.amount, sold, (tariff) =>
            salePeriods(calendar, tariff, plan.window ?? 'open', SLOT_DAYS),
          ).map((price) => ({ ...price, rateTypeId })),
        },
      ],
      timeslots,
    },
  };
  stock.addItems(product, plan.quota);
  return product;
}

function slotsOf({ ids, calendar, random }: BuildingSite, plan: VisitPlan): Timeslot[] {
  const draw = random.fork(`slots of ${plan.code}`);
  const themeIds = plan.themes.map(() => ids.next('theme'));
  const slots: Timeslot[] = [];
  for (let day = 0; day < SLOT_DAYS; day += 1) {
    if (!plan.weekdays.includes(calendar.weekday(day))) continue;
    for (const startTime of plan.departures) {
      const date = calendar.date(day);
      slots.push({
        id: ids.next('timeslot'),
        startDate: date,
        endDate: date,
        startTime,
        duration: plan.minutes * 60,
        salesTolerance: SALES_TOLERANCE_SECONDS,
        quota: plan.quota,
        allVisitLanguages: plan.languages.length === 0,
        allVisitThemes: themeIds.length === 0,
        themes:
          themeIds.length === 0
            ? []
            : [{ themeId: draw.pick(themeIds), languageCode: draw.pick(plan.languages) }],
      });
    }
  }
  return slots;
}

import availability from './examples/availability.graphql?raw';
import browse from './examples/browse.graphql?raw';
import catalogChanges from './examples/catalog-changes.graphql?raw';
import contacts from './examples/contacts.graphql?raw';
import liveColors from './examples/live-colors.graphql?raw';
import operator from './examples/operator.graphql?raw';
import orders from './examples/orders.graphql?raw';
import seats from './examples/seats.graphql?raw';

/** The tabs of the first visit, in this order; later visits find their own. */
export const examples = [
  browse,
  availability,
  seats,
  contacts,
  orders,
  liveColors,
  catalogChanges,
  operator,
].map((query) => ({
  query: query.trim(),
}));

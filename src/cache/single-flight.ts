/** Callers that want the same thing at the same time share one piece of work. */
export interface SingleFlight<Value> {
  /** Joins the work under way for `key`, or starts it. A failure is shared too, and nothing is remembered of it. */
  run(key: string, work: () => Promise<Value>): Promise<Value>;
}

export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Value>>();
  return {
    run(key, work) {
      const underWay = flights.get(key);
      if (underWay !== undefined) return underWay;
      // In a microtask, so that work which throws at once rejects instead.
      const flight = Promise.resolve()
        .then(work)
        .finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
  };
}

import type { FormattedExecutionResult } from 'graphql';

/**
 * A result that can be written as JSON once, and holds nothing afterwards. The protocol keeps what it sent until the
 * client has read it; the objects of a large answer weigh many times more than its text.
 */
export function writtenOnce(result: FormattedExecutionResult): FormattedExecutionResult {
  const { data, ...others } = result;
  if (data === undefined || data === null) return result;
  return {
    ...others,
    toJSON() {
      const written = { ...data };
      for (const key of Object.keys(data)) delete data[key];
      return { data: written, ...others };
    },
  } as FormattedExecutionResult;
}

import { GraphQLError } from 'graphql';
import type { QueryLimits } from './query-limits.js';

type VariableLimit = 'variableValues' | 'variableDepth' | 'variableCharacters';

/**
 * Null when the variables of an operation fit. They are looked at before GraphQL reads them, and only as far as the
 * limits go: a value that is too deep is not followed.
 */
export function checkVariables(
  variables: Readonly<Record<string, unknown>>,
  limits: Pick<QueryLimits, VariableLimit>,
): GraphQLError | null {
  let values = 0;
  let characters = 0;

  const exceeds = (value: unknown, depth: number): VariableLimit | null => {
    values += 1;
    if (values > limits.variableValues) return 'variableValues';
    if (typeof value === 'string') characters += value.length;
    if (characters > limits.variableCharacters) return 'variableCharacters';
    if (typeof value !== 'object' || value === null) return null;
    if (depth >= limits.variableDepth) return 'variableDepth';
    for (const key in value) {
      if (!Array.isArray(value)) characters += key.length;
      const limit = exceeds((value as Readonly<Record<string, unknown>>)[key], depth + 1);
      if (limit !== null) return limit;
    }
    return null;
  };

  const limit = exceeds(variables, 0);
  if (limit === null) return null;
  const maximum = limits[limit];
  return new GraphQLError(`The variables have more than ${maximum} ${WORDS[limit]}`, {
    extensions: { code: 'LIMIT_EXCEEDED', limit, maximum },
  });
}

const WORDS: Readonly<Record<VariableLimit, string>> = {
  variableValues: 'values',
  variableDepth: 'levels',
  variableCharacters: 'characters',
};

import { GraphQLError, type ValidationRule } from 'graphql';
import { SubgraphUnavailableError } from '../errors.js';

/** Says of a field that nobody knows that it may be one of a subgraph that has not been seen yet. */
export function missingSubgraphRule(missing: () => readonly string[]): ValidationRule {
  return (context) => {
    const [name] = missing();
    if (name === undefined) return {};
    return {
      Field(node) {
        const type = context.getParentType();
        if (!type || context.getFieldDef()) return;
        const originalError = new SubgraphUnavailableError(
          name,
          `has not answered since the start, so it is not known whether ${type.name}.${node.name.value} is one of its fields`,
        );
        context.reportError(new GraphQLError(originalError.message, { nodes: node, originalError }));
      },
    };
  };
}

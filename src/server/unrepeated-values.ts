import {
  coerceInputValue,
  getOperationAST,
  GraphQLError,
  isInputType,
  Kind,
  print,
  typeFromAST,
  type ASTNode,
  type ExecutionArgs,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/**
 * GraphQL repeats in its complaints the values that it complains of, whole inputs among them: names and addresses of
 * buyers, in a text that whoever gets it writes into a log. What was wrong is said all the same, and where.
 */
export function withoutValues(error: GraphQLError): string {
  let message = error.message.replace(TOKEN_WITH_VALUE, '$1a $2');
  for (const node of error.nodes ?? []) {
    if (!isValueThatMaySay(node)) continue;
    const value = print(node);
    for (const before of ['found', 'value:', 'value']) {
      message = message.replace(`${before} ${value}`, () => `${before} ${WORDS[node.kind]}`);
    }
  }
  return message;
}

/** The same for the variables of an operation that was not executed; other errors stay as they are. */
export function withoutValuesOfVariables(
  errors: readonly GraphQLError[],
  args: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>,
): readonly GraphQLError[] {
  const operation = getOperationAST(args.document, args.operationName);
  const mistakes = new Map(
    operation?.variableDefinitions?.map((definition) => [definition, mistakesIn(definition, args)]),
  );
  return errors.map((error) => {
    const [definition] = error.nodes ?? [];
    if (definition?.kind !== Kind.VARIABLE_DEFINITION || !error.message.includes(' got invalid value '))
      return error;
    const message =
      mistakes.get(definition)?.shift() ?? `Variable "$${nameOf(definition)}" got an invalid value`;
    return new GraphQLError(message, {
      nodes: error.nodes ?? null,
      extensions: error.extensions,
      originalError: error.originalError,
    });
  });
}

/** A syntax error ends with the token that was not expected: `Unexpected String "…".` */
const TOKEN_WITH_VALUE = /^(Syntax Error: [\s\S]*?)\b(String|BlockString|Int|Float|Comment) "[\s\S]*"/;

const WORDS = {
  [Kind.STRING]: 'a string',
  [Kind.INT]: 'a number',
  [Kind.FLOAT]: 'a number',
  [Kind.OBJECT]: 'an object',
  [Kind.LIST]: 'a list',
} as const;

/** Others are names of the schema, or say nothing. */
function isValueThatMaySay(node: ASTNode): node is ValueNode & { readonly kind: keyof typeof WORDS } {
  return node.kind in WORDS;
}

/** In the order in which GraphQL finds them. */
function mistakesIn(
  definition: VariableDefinitionNode,
  { schema, variableValues }: Pick<ExecutionArgs, 'schema' | 'variableValues'>,
): string[] {
  const name = nameOf(definition);
  const type = typeFromAST(schema, definition.type);
  const mistakes: string[] = [];
  if (!isInputType(type)) return mistakes;
  coerceInputValue(variableValues?.[name], type, (path, _value, { message }) => {
    const place = path.length === 0 ? '' : ` at "${name}${path.map(stepOf).join('')}"`;
    mistakes.push(`Variable "$${name}" got an invalid value${place}; ${withoutValueOfLeaf(message)}`);
  });
  return mistakes;
}

function stepOf(step: string | number): string {
  return typeof step === 'number' ? `[${step}]` : `.${step}`;
}

/** `Int cannot represent non-integer value: …`, `Value "…" does not exist in "Color" enum.` */
function withoutValueOfLeaf(message: string): string {
  return message
    .replace(/^Value "[\s\S]*" does not exist in /, 'The value does not exist in ')
    .replace(/^((?:Int|Float|String|Boolean|ID|Enum "\w+") cannot represent [\w -]*?value): [\s\S]*$/, '$1');
}

function nameOf(definition: VariableDefinitionNode): string {
  return definition.variable.name.value;
}

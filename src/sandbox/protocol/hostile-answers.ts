import type { FaultKind } from '../faults.js';
import type { Answer } from './answer.js';
import type { AnswerFormat } from './writer.types.js';

const OPEN_ENVELOPE = '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>';
const CLOSE_ENVELOPE = '</S:Body></S:Envelope>';
const LEVELS = 10_000;
const OVERSIZE_MB = 200;

/** Answers that attack whoever reads them; null for a kind that is none of these. JSON has no entities, so it gets the XML. */
export function hostileAnswer(kind: FaultKind, format: AnswerFormat): Answer | null {
  const contentType = format === 'xml' ? 'text/xml' : 'application/json';
  const answer = (...body: Buffer[]): Answer => ({ status: 200, contentType, body });
  switch (kind) {
    case 'entityExpansion':
      return answer(Buffer.from(nestedEntities()));
    case 'deepNesting':
      return answer(
        Buffer.from(
          format === 'xml'
            ? `${OPEN_ENVELOPE}${'<a>'.repeat(LEVELS)}${'</a>'.repeat(LEVELS)}${CLOSE_ENVELOPE}`
            : `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`,
        ),
      );
    case 'oversize': {
      // One piece, many times: the sandbox itself does not need the memory.
      const piece = Buffer.from('<filler>xxxxxxxxxxxxxxx</filler>'.repeat((1024 * 1024) / 32));
      const pieces = Array.from({ length: OVERSIZE_MB }, () => piece);
      return format === 'xml'
        ? answer(Buffer.from(OPEN_ENVELOPE), ...pieces, Buffer.from(CLOSE_ENVELOPE))
        : answer(Buffer.from('{"filler":"'), ...pieces, Buffer.from('"}'));
    }
    case 'emptyAnswer':
      return answer();
    default:
      return null;
  }
}

/** Ten levels of ten: a thousand million times the same word for who expands them. */
function nestedEntities(): string {
  const entities = Array.from({ length: 10 }, (_, level) =>
    level === 0 ? '<!ENTITY e0 "laugh">' : `<!ENTITY e${level} "${`&e${level - 1};`.repeat(10)}">`,
  );
  return `<?xml version="1.0"?><!DOCTYPE S [${entities.join('')}]>${OPEN_ENVELOPE}<a>&e9;</a>${CLOSE_ENVELOPE}`;
}

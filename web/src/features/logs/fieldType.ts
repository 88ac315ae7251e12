import { type FieldType, typeOf } from './fieldstats/fieldStats';

/** What a value of an opened row is. */
export type ValueType = FieldType | 'json';

/** Returns the type of one value. */
export function valueType(value: string): ValueType {
  return prettyJson(value) === null ? typeOf([value]) : 'json';
}

/** Writes a JSON object or array over several lines; null for any other text. Numbers stay as they were written. */
export function prettyJson(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[[{].*[\]}]$/s.test(trimmed)) return null;
  try {
    JSON.parse(trimmed);
  } catch {
    return null;
  }
  return indented(trimmed);
}

// Strings, empty pairs, signs, and what stands between them.
const tokens = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/g;

// Not by JSON.stringify, which would round long numbers.
function indented(json: string): string {
  let depth = 0;
  let out = '';
  const newLine = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + newLine();
    } else if (token === '}' || token === ']') {
      depth--;
      out += newLine() + token;
    } else if (token === ',') out += token + newLine();
    else if (token === ':') out += ': ';
    else out += /^[[{]/.test(token) ? token.replace(/\s/g, '') : token;
  }
  return out;
}

import type { PatternPart } from '../../../api/patterns';
import { esc, plainText } from '../ansi';

/** A part of a pattern as it is shown. */
export interface ShownPart extends PatternPart {
  /** The values of the variable begin with a code of the terminal, as `32mINFO` does. */
  coded?: true;
}

// An escape sequence whose number was taken for a variable.
const cut = new RegExp(`${esc}\\[[0-9;:]*$`);
const code = /^[0-9;:]*m/;

/** Takes the code off the value of a variable that is `coded`. */
export function withoutCode(value: string): string {
  return value.replace(code, '');
}

/**
 * Leaves the escape sequences of terminals out of a pattern: those in its text, and with the help of an example those whose numbers
 * were taken for variables.
 */
export function withoutCodes(parts: readonly PatternPart[], example: string): ShownPart[] {
  const values = valuesIn(parts, example);
  const shown: ShownPart[] = [];
  let coded = false;
  parts.forEach((part, i) => {
    if (part.kind) {
      if (!coded) shown.push(part);
      else if (!isSeparator(parts[i + 1]) && withoutCode(values[i] ?? '') !== '')
        shown.push({ ...part, kind: 'any', coded });
      return;
    }
    if (coded && isSeparator(part)) return;
    const text = part.text ?? '';
    coded = cut.test(text);
    const rest = plainText(text);
    if (rest !== '') shown.push({ ...part, text: rest });
  });
  return shown;
}

/** Parts the numbers of one sequence. */
function isSeparator(part: PatternPart | undefined): boolean {
  return part?.text === ';' || part?.text === ':';
}

/** Returns what the example has in the place of each part; nothing from where it is written otherwise. */
function valuesIn(parts: readonly PatternPart[], example: string): string[] {
  const values: string[] = [];
  let from = 0;
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    const text = part.text ?? '';
    if (!part.kind && !example.startsWith(text, from)) break;
    const to = part.kind
      ? next?.text
        ? example.indexOf(next.text, from)
        : example.length
      : from + text.length;
    if (to < 0) break;
    values.push(example.slice(from, to));
    from = to;
  }
  return values;
}

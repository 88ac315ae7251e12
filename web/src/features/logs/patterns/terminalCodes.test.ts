import { expect, it } from 'vitest';
import type { PatternPart } from '../../../api/patterns';
import { withoutCode, withoutCodes } from './terminalCodes';

/** Parts written as texts, with variables as [place]. */
const parts = (...all: (string | [number])[]): PatternPart[] =>
  all.map((one) => (typeof one === 'string' ? { text: one } : { kind: 'num', var: one[0] }));
const shown = (...args: Parameters<typeof withoutCodes>) =>
  withoutCodes(...args)
    .map(({ kind, text, coded }) => (kind ? (coded ? '<coded>' : `<${kind}>`) : text))
    .join('');

it('leaves colours out of the text of a pattern', () => {
  expect(shown(parts('\u001b[32mready\u001b[0m in ', [0]), '')).toBe('ready in <num>');
});

it('leaves out colours that were taken for variables, but not the words behind them', () => {
  const warn = parts('\u001b[', [0], '\u001b[', [1], ' retry ', [2]);
  expect(shown(warn, '\u001b[31mwarn\u001b[39m retry 7')).toBe('<coded> retry <num>');
  const port = parts('on \u001b[', [0], ';', [1], ' ', [2], '\u001b[', [3], ' in ', [4]);
  expect(shown(port, 'on \u001b[1;36mport 3000\u001b[0m in 7ms')).toBe('on <coded> <num> in <num>');
  expect(withoutCode('36mport')).toBe('port');
});

it('shows what it cannot find in the example', () => {
  expect(shown(parts('job ', [0], ' done'), 'another line')).toBe('job <num> done');
});

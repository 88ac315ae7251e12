import { createInstance } from 'i18next';
import { expect, test } from 'vitest';
import ko from '../locales/ko';
import later from '../locales/ko/later';
import { problemDetail } from './problemDetail';

const i18n = createInstance();
await i18n.init({
  resources: { ko: { translation: { ...ko, ...later } } },
  lng: 'ko',
  fallbackLng: false,
  interpolation: { escapeValue: false },
});

test('words what an error says, and what it wants, in the language of the console', () => {
  const params = {
    said: 'wanted',
    want: 'a field name',
    phrase: 'field',
    got: '|',
    message: 'expected a field name, got "|"',
  };
  expect(problemDetail({ params }, i18n)).toBe('|이(가) 아니라 이것이 필요합니다: 필드 이름');
});

test('keeps what is wanted literally, and the words of a newer server', () => {
  const params = { said: 'wanted', want: '")"', got: 'x', message: 'expected ")", got "x"' };
  expect(problemDetail({ params }, i18n)).toBe('x이(가) 아니라 이것이 필요합니다: ")"');
  expect(problemDetail({ params: { said: 'newer', message: 'a newer error' } }, i18n)).toBe(
    'a newer error',
  );
  expect(problemDetail({ detail: 'no query at all' }, i18n)).toBe('no query at all');
});

test('words what is refused of a whole query', () => {
  const params = { said: 'deletion_subquery', field: 'user' };
  expect(problemDetail({ params, detail: 'a deletion cannot ask' }, i18n)).toContain(
    'user:in("a", "b")처럼',
  );
});

test('words why a password is refused', () => {
  const params = { said: 'password_short', n: '5', least: '10' };
  expect(problemDetail({ params, detail: 'the password has' }, i18n)).toContain('10자 이상');
});

test('words which rule something typed breaks, without the words of the server', () => {
  const params = { said: 'user_name_form', most: '64' };
  const worded = problemDetail({ params, detail: 'the name wants at most 64' }, i18n);
  expect(worded).toContain('64자까지');
  expect(worded).not.toContain('wants');
});

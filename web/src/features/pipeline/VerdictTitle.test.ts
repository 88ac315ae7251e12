import { createInstance } from 'i18next';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { expect, test } from 'vitest';
import type { Pipeline } from '../../api/pipeline';
import en from '../../locales/en';
import enLater from '../../locales/en/later';
import ko from '../../locales/ko';
import koLater from '../../locales/ko/later';
import { VerdictTitle } from './VerdictTitle';

type Verdict = Partial<Pipeline['verdict']>;

const languages = { en: { ...en, ...enLater }, ko: { ...ko, ...koLater } };

function words(language: keyof typeof languages, verdict: Verdict): string {
  const i18n = createInstance({
    lng: language,
    resources: { [language]: { translation: languages[language] } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  void i18n.init();
  const whole = { state: 'warn', records: 0, level_in_millis: null, ...verdict };
  const pipeline = { verdict: whole, partitions: [{}] } as Pick<Pipeline, 'verdict' | 'partitions'>;
  const title = createElement(VerdictTitle, { pipeline });
  return renderToStaticMarkup(createElement(I18nextProvider, { i18n }, title));
}

const late = 1_204_118;
const sentences: readonly [Verdict, string, string][] = [
  [
    { code: 'level' },
    'Up to date: 1 partition, and nothing waits for longer than 10 s',
    '정상: 파티션 1개, 10초 넘게 기다리는 레코드 없음',
  ],
  [{ code: 'behind', records: 1 }, '1 record behind', '1 건 밀림'],
  [
    { code: 'catching_up', records: late },
    'Catching up: 1.2 M records behind',
    '따라잡는 중: 120.4만 건 밀림',
  ],
  [
    { code: 'catching_up', records: late, level_in_millis: 94_400 },
    'Catching up: 1.2 M records behind, up to date in 1 m 34 s',
    '따라잡는 중: 120.4만 건 밀림, 1분 34초 뒤 정상',
  ],
  [
    { code: 'falling_behind', records: 48_212 },
    'Falling behind: 48.2 k records wait, and more come in than are stored',
    '점점 밀림: 4.8만 건 대기, 저장보다 유입이 많음',
  ],
  [{ code: 'brokers_away' }, 'The brokers do not answer', '브로커가 응답하지 않음'],
  [
    { code: 'brokers_away', partitions: [3, 2, 4] },
    'No broker leads partitions 2–4',
    '파티션 2–4: 리더 브로커 없음',
  ],
  [{ code: 'partition_stopped', partitions: [3] }, 'Stopped: partition 3', '멈춤: 파티션 3'],
  [
    { code: 'unowned', partitions: [0, 6, 7, 8] },
    'Nobody reads partitions 0, 6–8',
    '파티션 0, 6–8: 읽는 프로세스 없음',
  ],
];

test.each(sentences)('words %j in both languages', (verdict, english, korean) => {
  expect(words('en', verdict)).toBe(english);
  expect(words('ko', verdict)).toBe(korean);
});

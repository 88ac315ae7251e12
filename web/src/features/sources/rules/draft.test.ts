import { describe, expect, it } from 'vitest';
import { acts, emptyDraft, parseDraft, toDraft, toRule } from './draft';

const whole = {
  if: 'service.name:pay',
  extract: { from: 'text', grok: 'order %{NUMBER:order.id}, %{WORD:what}', required: true },
  rename: { lvl: 'level', a: 'b' },
  drop: ['kubernetes.labels.hash', 'x'],
  drop_record: true,
};

describe('drafts of rules', () => {
  it('lose nothing on the way through the form and the URL', () => {
    expect(toRule(toDraft(whole))).toEqual(whole);
    expect(toRule(parseDraft(JSON.stringify(whole)) ?? emptyDraft)).toEqual(whole);
    const regexp = { extract: { regexp: '(?P<a>\\d+)' } };
    expect(toRule(toDraft(regexp))).toEqual(regexp);
  });

  it('leave out what says nothing', () => {
    expect(toRule(emptyDraft)).toEqual({});
    expect(toRule({ ...emptyDraft, if: ' ', drop: ' , a,', from: 'x' })).toEqual({ drop: ['a'] });
    expect(acts(toRule({ ...emptyDraft, if: 'error' }))).toBe(false);
    expect(acts({ drop_record: true })).toBe(true);
  });

  it('keep a blank that a pattern begins or ends with', () => {
    expect(toRule({ ...emptyDraft, pattern: ' %{WORD:w} ' })).toEqual({
      extract: { grok: ' %{WORD:w} ' },
    });
  });

  it('take a URL that was cut short for none', () => {
    expect(parseDraft('{"if":"a')).toBeNull();
    expect(parseDraft('7')).toBeNull();
    expect(parseDraft(undefined)).toBeNull();
  });
});

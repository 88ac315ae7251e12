import { type EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { type TokenKind, tokenize } from './tokens';

const marks: Partial<Record<TokenKind, Decoration>> = {
  field: Decoration.mark({ class: 'ql-field' }),
  string: Decoration.mark({ class: 'ql-string' }),
  number: Decoration.mark({ class: 'ql-number' }),
  function: Decoration.mark({ class: 'ql-function' }),
  keyword: Decoration.mark({ class: 'ql-keyword' }),
  negation: Decoration.mark({ class: 'ql-negation' }),
  operator: Decoration.mark({ class: 'ql-operator' }),
  open: Decoration.mark({ class: 'ql-operator' }),
  close: Decoration.mark({ class: 'ql-operator' }),
  pipe: Decoration.mark({ class: 'ql-operator' }),
  comment: Decoration.mark({ class: 'ql-comment' }),
};

function decorate(state: EditorState): DecorationSet {
  const set = new RangeSetBuilder<Decoration>();
  for (const { kind, from, to } of tokenize(state.doc.toString())) {
    const mark = marks[kind];
    if (mark) set.add(from, to, mark);
  }
  return set.finish();
}

/** Colours the tokens of the query. A query is short, so that all of it is coloured anew at each change. */
export const colours = StateField.define<DecorationSet>({
  create: decorate,
  update: (set, { docChanged, state }) => (docChanged ? decorate(state) : set),
  provide: (field) => EditorView.decorations.from(field),
});

/** Underlines the part that the server could not read; null takes the line away. */
export const markWrong = StateEffect.define<{ start: number; end: number } | null>();

const underline = Decoration.mark({ class: 'ql-wrong' });

function underlined(part: { start: number; end: number } | null, length: number): DecorationSet {
  if (!part) return Decoration.none;
  // At the end of the query there is nothing to underline; the last character stands for it.
  const start = Math.max(0, Math.min(part.start, length - 1));
  const end = Math.min(length, Math.max(part.end, start + 1));
  return start < end ? Decoration.set(underline.range(start, end)) : Decoration.none;
}

/** Holds the underline until the query changes. */
export const wrongPart = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, { docChanged, effects, newDoc }) => {
    const effect = effects.find((candidate) => candidate.is(markWrong));
    if (effect) return underlined(effect.value, newDoc.length);
    return docChanged ? Decoration.none : set;
  },
  provide: (field) => EditorView.decorations.from(field),
});

import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  startCompletion,
} from '@codemirror/autocomplete';
import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Completer } from './complete';
import { completionSource } from './completionSource';
import { editorTheme } from './editorTheme';
import { colours, markWrong, wrongPart } from './highlight';
import type { QueryLineHandle } from './QueryLine';

export interface QueryEditorProps {
  text: string;
  wrong: { start: number; end: number } | null;
  label: string;
  hint: string;
  completer: Completer;
  /** Takes the focus over from the input that stood here. */
  autoFocus: boolean;
  onChange: (text: string) => void;
  onRun: (query: string) => void;
  ref?: Ref<QueryLineHandle>;
}

// A query is one line: what is pasted with line feeds is joined.
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const joined = transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ');
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: joined },
    selection: { anchor: Math.min(transaction.newSelection.main.head, joined.length) },
  };
});

/** The query line with colours, completion, and the wrong part underlined. */
export function QueryEditor(props: QueryEditorProps) {
  const { text, wrong, label, hint, autoFocus, ref } = props;
  const { t } = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const words = useRef(new Compartment());
  const latest = useRef({ props, t });
  useEffect(() => {
    latest.current = { props, t };
  });
  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes later is dispatched below
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    // Enter runs what is written, also while completion offers more; Tab takes what it offers.
    const run = (editor: EditorView) => {
      closeCompletion(editor);
      latest.current.props.onRun(editor.state.doc.toString());
      return true;
    };
    const leave = (editor: EditorView) => {
      if (completionStatus(editor.state)) return closeCompletion(editor);
      editor.contentDOM.blur();
      return true;
    };
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        selection: { anchor: text.length },
        extensions: [
          oneLine,
          history(),
          colours,
          wrongPart,
          autocompletion({
            override: [
              completionSource(
                () => latest.current.props.completer,
                (key) => latest.current.t(key),
              ),
            ],
            defaultKeymap: false,
            icons: false,
            aboveCursor: false,
          }),
          keymap.of([
            { key: 'Enter', run },
            { key: 'Mod-Enter', run },
            { key: 'Escape', run: leave },
            { key: 'Tab', run: acceptCompletion },
            { key: 'ArrowDown', run: moveCompletionSelection(true) },
            { key: 'ArrowUp', run: moveCompletionSelection(false) },
            { key: 'Ctrl-Space', run: startCompletion },
            ...historyKeymap,
            ...standardKeymap,
          ]),
          words.current.of(wording(label, hint)),
          editorTheme,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.props.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (autoFocus) editor.focus();
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: text },
      selection: { anchor: text.length },
    });
  }, [text]);
  useEffect(() => {
    view.current?.dispatch({ effects: markWrong.of(wrong) });
  }, [wrong]);
  useEffect(() => {
    view.current?.dispatch({ effects: words.current.reconfigure(wording(label, hint)) });
  }, [label, hint]);

  return <div ref={host} style={{ flex: 1, minWidth: 0 }} />;
}

function wording(label: string, hint: string) {
  return [
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-multiline': 'false',
      autocapitalize: 'off',
      enterkeyhint: 'search',
    }),
    placeholder(hint),
  ];
}

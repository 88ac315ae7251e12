import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  startCompletion,
} from '@codemirror/autocomplete';
import { history, historyKeymap, insertNewline, standardKeymap } from '@codemirror/commands';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { styleNonce } from '../../../ui/styleNonce';
import type { Completer } from './complete';
import { completionSource } from './completionSource';
import { editorTheme } from './editorTheme';
import { colours, markWrong, wrongPart } from './highlight';
import type { QueryEditorHandle } from './QueryLine';
import css from './QueryLine.module.css';
import { typedOver } from './typedOver';

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
  /** Esc; true when a search was on its way and is given up. Else the line is left. */
  onCancel: () => boolean;
  /** Up or Down in an empty line; true when there is an older (1) or newer (-1) query to put there. */
  onRecall: (step: 1 | -1) => boolean;
  ref?: Ref<QueryEditorHandle>;
}

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
  useImperativeHandle(
    ref,
    () => ({
      focus: () => view.current?.focus(),
      close: () => {
        if (view.current) closeCompletion(view.current);
      },
    }),
    [],
  );

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
      if (latest.current.props.onCancel()) return true;
      editor.contentDOM.blur();
      return true;
    };
    const recall = (step: 1 | -1) => (editor: EditorView) =>
      completionStatus(editor.state) !== 'active' && latest.current.props.onRecall(step);
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        selection: { anchor: text.length },
        extensions: [
          history(),
          EditorView.cspNonce.of(styleNonce()),
          EditorView.lineWrapping,
          colours,
          wrongPart,
          typedOver,
          autocompletion({
            override: [
              completionSource(
                () => latest.current.props.completer,
                () => latest.current.t,
              ),
            ],
            defaultKeymap: false,
            icons: false,
            aboveCursor: false,
            maxRenderedOptions: 200,
          }),
          keymap.of([
            { key: 'Enter', run },
            { key: 'Mod-Enter', run },
            { key: 'Shift-Enter', run: insertNewline },
            { key: 'Escape', run: leave },
            { key: 'Tab', run: acceptCompletion },
            { key: 'ArrowDown', run: moveCompletionSelection(true) },
            { key: 'ArrowUp', run: moveCompletionSelection(false) },
            { key: 'ArrowUp', run: recall(1) },
            { key: 'ArrowDown', run: recall(-1) },
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

  return <div ref={host} className={css.editor} />;
}

function wording(label: string, hint: string) {
  return [
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-multiline': 'true',
      autocapitalize: 'off',
      enterkeyhint: 'search',
    }),
    placeholder(hint),
  ];
}

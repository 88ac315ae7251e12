import {
  type ComponentType,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import type { Completer } from './complete';
import { canFormat, formatQuery } from './pretty';
import type { QueryEditorProps } from './QueryEditor';
import css from './QueryLine.module.css';

/** What the page may do with the query line. */
export interface QueryLineHandle {
  focus: () => void;
}

/** What the line may do with its editor. */
export interface QueryEditorHandle extends QueryLineHandle {
  /** Takes away what completion offers, also what it is still asking for. */
  close: () => void;
}

interface QueryLineProps {
  /** What stands in the line; it need not have been run. */
  text: string;
  /** The part of the text that the server could not read, in characters. */
  wrong: { start: number; end: number } | null;
  completer: Completer;
  onChange: (text: string) => void;
  onRun: (query: string) => void;
  /** Esc, as QueryEditor has it. */
  onCancel: () => boolean;
  /** Up or Down in an empty line, as QueryEditor has it. */
  onRecall: (step: 1 | -1) => boolean;
  ref?: Ref<QueryLineHandle> | undefined;
}

/**
 * The line that takes LogsQL. It is a plain input at the first paint; the editor with colours and completion takes its place,
 * text and caret when it has loaded.
 */
export function QueryLine({
  text,
  wrong,
  completer,
  onChange,
  onRun,
  onCancel,
  onRecall,
  ref,
}: QueryLineProps) {
  const { t } = useTranslation();
  const Editor = useEditor();
  const input = useRef<HTMLInputElement>(null);
  const editor = useRef<QueryEditorHandle>(null);
  const hadFocus = useRef(false);

  useImperativeHandle(ref, () => ({ focus: () => (editor.current ?? input.current)?.focus() }), []);

  const label = t('logs.query.label');
  const hint = t('logs.query.placeholder');
  return (
    <div className={css.line} data-wrong={wrong ? true : undefined}>
      <span className={css.sign}>
        <Icon name="search" size={15} />
      </span>
      {Editor ? (
        <Editor
          ref={editor}
          text={text}
          wrong={wrong}
          label={label}
          hint={hint}
          completer={completer}
          autoFocus={hadFocus.current}
          onChange={onChange}
          onRun={onRun}
          onCancel={onCancel}
          onRecall={onRecall}
        />
      ) : (
        <input
          ref={input}
          type="text"
          className={css.input}
          value={text}
          aria-label={label}
          placeholder={hint}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onFocus={() => {
            hadFocus.current = true;
          }}
          onBlur={() => {
            hadFocus.current = false;
          }}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) onRun(text);
            if (event.key === 'Escape' && !onCancel()) event.currentTarget.blur();
          }}
        />
      )}
      {canFormat(text) && (
        <button
          type="button"
          className={css.run}
          title={t('logs.query.format')}
          aria-label={t('logs.query.format')}
          onClick={() => onChange(formatQuery(text))}
        >
          <Icon name="wrap" size={14} />
        </button>
      )}
      <button
        type="button"
        className={css.run}
        aria-label={t('logs.query.run')}
        onClick={() => {
          editor.current?.close();
          onRun(text);
        }}
      >
        <Icon name="enter" size={14} />
        {t('logs.query.run')}
      </button>
    </div>
  );
}

/** Loads the editor once the page is painted and the browser has nothing better to do. */
function useEditor(): ComponentType<QueryEditorProps> | null {
  const [editor, setEditor] = useState<{ component: ComponentType<QueryEditorProps> } | null>(null);
  useEffect(() => {
    let unmounted = false;
    const load = () => {
      void import('./QueryEditor').then(({ QueryEditor }) => {
        if (!unmounted) setEditor({ component: QueryEditor });
      });
    };
    const frame = requestAnimationFrame(() => setTimeout(load));
    return () => {
      unmounted = true;
      cancelAnimationFrame(frame);
    };
  }, []);
  return editor?.component ?? null;
}

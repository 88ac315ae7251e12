import { useEffect, useMemo } from 'react';
import type { Problem } from '../../../api/problem';
import { useTime } from '../../../app/TimeProvider';
import { rememberQuery } from '../history/history';
import { useCompleter } from '../useCompleter';
import type { Completer } from './complete';
import { indexOfByte } from './edit';
import { useDraft } from './useDraft';

/** A part of a query, in characters. */
interface Part {
  start: number;
  end: number;
}

interface QueryText {
  /** For QueryLine: its text, and what it does with it. */
  line: {
    text: string;
    wrong: Part | null;
    completer: Completer;
    onChange: (text: string) => void;
    onRecall: (step: 1 | -1) => boolean;
  };
  /** For QueryProblem: what is wrong with the text that was run, or that is being written; undefined when nothing is known. */
  said:
    | {
        problem: Problem;
        query: string;
        wrong: Part | null;
        typing: boolean;
        onUse: (query: string) => void;
      }
    | undefined;
}

/** The text of the query line where it is asked and where it is changed. `problem` is what came of the query that was run. */
export function useQueryText(
  query: string,
  problem: Problem | undefined,
  onRun: (query: string) => void,
): QueryText {
  const { window } = useTime();
  const completer = useCompleter(window);
  const { text, setText, problem: drafted, recall } = useDraft(query);
  useEffect(() => rememberQuery(query, Date.now()), [query]);

  const run = text === query;
  const shown = run ? problem : (drafted ?? undefined);
  const position = shown?.position;
  const wrong = useMemo(
    () =>
      position
        ? { start: indexOfByte(text, position.start), end: indexOfByte(text, position.end) }
        : null,
    [text, position],
  );
  // What is wrong at the end of unfinished text may just not be written yet.
  const unfinished = !run && wrong !== null && wrong.end >= text.trimEnd().length;
  return {
    line: {
      text,
      wrong: unfinished ? null : wrong,
      completer,
      onChange: setText,
      onRecall: recall,
    },
    said:
      shown && !unfinished
        ? { problem: shown, query: text, wrong, typing: !run, onUse: run ? onRun : setText }
        : undefined,
  };
}

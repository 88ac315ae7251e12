import { useEffect, useRef, useState } from 'react';
import { checkQuery } from '../../../api/client';
import { isAbort, type Problem } from '../../../api/problem';
import { pastQueries, rememberQuery } from '../history/history';

const pause = 600; // ms without a key before unfinished text is looked at

interface Draft {
  /** What stands in the line. */
  text: string;
  setText: (text: string) => void;
  /** What is wrong with text that was not run yet; known after a pause. */
  problem: Problem | null;
  /** Puts an older (1) or newer (-1) query of the history in an empty line; false when there is none. */
  recall: (step: 1 | -1) => boolean;
}

/**
 * The text of the query line. It follows the query that is run; what was written and not run goes to the history when another
 * query takes its place or the page is left.
 */
export function useDraft(query: string): Draft {
  const [text, setText] = useState(query);
  const [followed, setFollowed] = useState(query);
  const [checked, setChecked] = useState<{ text: string; problem: Problem | null } | null>(null);
  const [recalled, setRecalled] = useState({ index: -1, text: '' });
  const latest = useRef({ text, query });

  if (followed !== query) {
    setFollowed(query);
    setText(query);
  }
  useEffect(() => {
    const { text: left, query: before } = latest.current;
    if (before !== query && left !== before && left !== query)
      rememberQuery(left, Date.now(), true);
    latest.current = { text, query };
  }, [text, query]);
  useEffect(() => {
    const leave = () => {
      const { text: left, query: run } = latest.current;
      if (left !== run) rememberQuery(left, Date.now(), true);
    };
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, []);

  useEffect(() => {
    if (text === query || text.trim() === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      checkQuery(text, abort.signal).then(
        (problem) => setChecked({ text, problem }),
        (error: unknown) => {
          // Without an answer nothing can be said of the text; running it will say what is the matter.
          if (!isAbort(error)) setChecked(null);
        },
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, query]);

  const recall = (step: 1 | -1) => {
    // Only an empty line, or one that still shows what was recalled, is given up for another.
    const going = recalled.index >= 0 && recalled.text === text;
    if (!going && text !== '') return false;
    const index = (going ? recalled.index : -1) + step;
    if (index < -1) return false;
    const next = index === -1 ? '' : pastQueries()[index]?.query;
    if (next === undefined) return false;
    setRecalled({ index, text: next });
    setText(next);
    return true;
  };
  return { text, setText, problem: checked?.text === text ? checked.problem : null, recall };
}

import { useEffect, useState } from 'react';

/** Counts down whole seconds to 0; returns what is left and how to begin. A hidden page counts on. */
export function useWait(): [number, (seconds: number) => void] {
  const [end, setEnd] = useState(0); // of performance.now, in ms
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (end === 0) return;
    const timer = setInterval(() => {
      const next = secondsUntil(end);
      setLeft(next);
      if (next === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [end]);
  const begin = (seconds: number) => {
    setEnd(performance.now() + seconds * 1000);
    setLeft(seconds);
  };
  return [left, begin];
}

function secondsUntil(end: number): number {
  return Math.max(0, Math.ceil((end - performance.now()) / 1000));
}

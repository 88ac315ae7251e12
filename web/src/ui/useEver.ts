import { useState } from 'react';

/** Reports whether something was ever so: what is loaded when it first opens stays, so that it closes as it should. */
export function useEver(now: boolean): boolean {
  const [ever, setEver] = useState(now);
  if (now && !ever) setEver(true);
  return now || ever;
}

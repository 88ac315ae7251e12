import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { count } from './quantity';
import css from './Tabs.module.css';

interface Tab<T extends string> {
  id: T;
  label: string;
  /** How many things are behind the tab. */
  count?: number | undefined;
}

interface TabsProps<T extends string> {
  /** Names the parts for screen readers. */
  label: string;
  /** Parameter of the URL that holds the shown tab; the first tab stands without it. */
  param?: string;
  current: T;
  /** Parameters of the URL that all parts share, beside the time range. */
  keep?: readonly string[];
  tabs: readonly Tab<T>[];
}

const noNames: readonly string[] = [];

/** Parts of one thing, as links. Going to another one keeps the time range and drops what belongs to the one before. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, param = 'tab', current, keep = noNames, tabs } = props;
  const shared = (search: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(keep.map((name) => [name, search[name]]));
  const bar = useRef<HTMLElement>(null);
  // On a phone not all of them may fit.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is another place
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <nav ref={bar} className={css.tabs} aria-label={label}>
      {tabs.map((tab, i) => (
        <Link
          key={tab.id}
          to="."
          search={(old) => {
            const { from, to, tz, refresh } = old;
            const part = { [param]: i === 0 ? undefined : tab.id };
            return { from, to, tz, refresh, ...shared(old), ...part } as object;
          }}
          activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
          className={css.tab}
          aria-current={tab.id === current ? 'page' : undefined}
        >
          {tab.label}
          {tab.count !== undefined && <span className={css.count}>{count(tab.count)}</span>}
        </Link>
      ))}
    </nav>
  );
}

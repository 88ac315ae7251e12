import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchLetters, replayLetters } from '../../../api/letters';
import { useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { toast } from '../../../ui/toast';
import { sourceKey } from '../senders/senders';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './Letters.module.css';

/** Records that could not be processed, newest first, to read and to put through the intake again. */
export function Letters() {
  const { t } = useTranslation();
  const { window, zone } = useTime();
  const [{ find, letter }, change] = useSourcesSearch();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(find ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = find ?? '*';
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['letters', query, window.start, window.end],
    queryFn: ({ signal, pageParam }) => fetchLetters({ query, ...window }, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const { may } = useMe();
  const replay = useMutation({
    mutationFn: (filter: string) => replayLetters({ query: filter, ...window }),
    onSuccess: ({ replayed, skipped, failed }) => {
      toast(
        t('sources.letters.result', {
          replayed: count(replayed),
          skipped: count(skipped),
          failed: count(failed),
        }),
      );
      setChosen(new Set());
      void queries.invalidateQueries({ queryKey: ['letters'] });
    },
  });
  const letters = data?.pages.flatMap((one) => one.letters) ?? [];
  const total = data?.pages[0]?.total ?? 0;
  const toggle = (id: string) =>
    setChosen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });

  return (
    <>
      <form
        className={css.bar}
        onSubmit={(event) => {
          event.preventDefault();
          change({ find: typed.trim() || undefined });
        }}
      >
        <input
          type="search"
          className={css.find}
          value={typed}
          spellCheck={false}
          placeholder={t('sources.letters.find')}
          aria-label={t('sources.letters.find')}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button size="small" type="submit">
          {t('sources.letters.search')}
        </Button>
        {letters.length > 0 && may('operate') && (
          <>
            <Button
              size="small"
              disabled={chosen.size === 0 || replay.isPending}
              onClick={() =>
                replay.mutate(
                  `_record_id:in(${[...chosen].map((id) => JSON.stringify(id)).join(',')})`,
                )
              }
            >
              {t('sources.letters.replayChosen', { n: count(chosen.size) })}
            </Button>
            <Button size="small" disabled={replay.isPending} onClick={() => replay.mutate(query)}>
              {t('sources.letters.replayAll', { n: count(total) })}
            </Button>
          </>
        )}
      </form>
      {replay.error && (
        <ErrorNotice error={replay.error} title={t('sources.letters.notReplayed')} />
      )}
      {error && (
        <ErrorNotice
          error={error}
          title={t('sources.letters.failed')}
          onRetry={() => void refetch()}
        />
      )}
      {data && letters.length === 0 && (
        <Empty
          title={t(find ? 'sources.letters.none' : 'sources.letters.empty')}
          why={t('sources.letters.emptyWhy')}
        />
      )}
      {letters.length > 0 && (
        <div className={css.scroller}>
          <table className={css.table} aria-label={t('sources.tabs.letters')}>
            <thead>
              <tr>
                <th className={css.box}>
                  <input
                    type="checkbox"
                    aria-label={t('sources.letters.chooseAll')}
                    checked={letters.every(({ id }) => chosen.has(id))}
                    onChange={({ target }) =>
                      setChosen(new Set(target.checked ? letters.map(({ id }) => id) : []))
                    }
                  />
                </th>
                <th scope="col">{t('sources.letters.time')}</th>
                <th scope="col" className={css.wide}>
                  {t('sources.letters.source')}
                </th>
                <th scope="col">{t('sources.letters.reason')}</th>
                <th scope="col" className={css.wide}>
                  {t('sources.letters.message')}
                </th>
                <th scope="col" className={css.wide}>
                  {t('sources.letters.state')}
                </th>
              </tr>
            </thead>
            <tbody>
              {letters.map((one) => (
                <tr key={one.id} data-open={letter?.endsWith(`/${one.id}`) || undefined}>
                  <td className={css.box}>
                    <input
                      type="checkbox"
                      aria-label={t('sources.letters.choose', { reason: one.reason })}
                      checked={chosen.has(one.id)}
                      onChange={() => toggle(one.id)}
                    />
                  </td>
                  <td className={css.time}>
                    <Link
                      to="/sources"
                      search={(old) => ({ ...old, letter: `${one.time}/${one.id}` })}
                    >
                      {dayClock(Date.parse(one.time), zone, 'second')}
                    </Link>
                  </td>
                  <td className={css.wide} translate="no">
                    {sourceKey(one)}
                  </td>
                  <td className={css.reason} translate="no">
                    {one.reason}
                  </td>
                  <td className={`${css.wide} ${css.message}`} translate="no">
                    {one.message}
                  </td>
                  <td className={css.wide}>
                    {one.replayed
                      ? dayClock(Date.parse(one.replayed), zone, 'second')
                      : (one.held ?? '–')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {hasNextPage && (
            <Button look="link" disabled={isFetching} onClick={() => void fetchNextPage()}>
              {t('sources.letters.more')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type LetterGroup, replayLetters } from '../../../api/letters';
import { asProblem } from '../../../api/problem';
import { useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { clock } from '../../../time/clock';
import { instant } from '../../../time/range';
import { Button } from '../../../ui/Button';
import { problemDetail } from '../../../ui/problemDetail';
import { count } from '../../../ui/quantity';
import { groupsKey } from './groupsKey';
import css from './letters.module.css';

/** Letters of one reason: a link to them, and a replay that says on a second line what it did. */
export function LetterGroupRow({ group }: { group: LetterGroup }) {
  const { t, i18n } = useTranslation();
  const { zone } = useTime();
  const queries = useQueryClient();
  const { reason, source, held, replayed, query } = group;
  // The end is exclusive, and times within a millisecond are cut off.
  const window = { start: Date.parse(group.first), end: Date.parse(group.last) + 1 };
  const { may } = useMe();
  // What is held is tried again by itself.
  const open = group.count - replayed - held;
  const replay = useMutation({
    mutationFn: () => replayLetters({ query, ...window }),
    onSettled: () => queries.invalidateQueries({ queryKey: groupsKey }),
  });
  const { data: done, error } = replay;
  const problem = error ? asProblem(error) : undefined;
  const said = [
    done &&
      t('sources.letters.result', {
        replayed: count(done.replayed),
        skipped: count(done.skipped),
        failed: count(done.failed),
      }),
    error && t('sources.letters.notReplayed'),
    problem && problemDetail(problem, i18n),
    !done && replayed > 0 && t('pipeline.letters.replayed', { n: count(replayed) }),
    held > 0 && t('pipeline.letters.held', { n: count(held) }),
  ].filter(Boolean);
  return (
    <tr>
      <th scope="row" className={css.reason}>
        <Link
          to="/sources"
          search={({ tz }) => ({
            tz,
            from: instant(window.start),
            to: instant(window.end),
            tab: 'letters',
            find: query,
          })}
          className={css.long}
          title={reason}
          translate="no"
        >
          {reason}
        </Link>
        {said.length > 0 && (
          <small role="status" data-state={error || done?.failed ? 'warn' : undefined}>
            {said.join(' · ')}
          </small>
        )}
      </th>
      <td data-wide="" data-dim="" className={css.source} translate="no">
        {source}
      </td>
      <td data-number="">{count(group.count)}</td>
      <td data-number="" data-wide="" data-dim="">
        {clock(Date.parse(group.last), zone, 'second')}
      </td>
      <td data-number="">
        {may('operate') && open > 0 && (
          <Button
            look="link"
            disabled={replay.isPending}
            aria-label={t('pipeline.letters.replayOne', { reason })}
            onClick={() => replay.mutate()}
          >
            {t('pipeline.letters.replay')}
          </Button>
        )}
      </td>
    </tr>
  );
}

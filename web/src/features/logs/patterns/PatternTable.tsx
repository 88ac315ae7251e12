import { Fragment, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pattern } from '../../../api/patterns';
import type { Selection } from '../../../api/select';
import { Button } from '../../../ui/Button';
import { useKeys } from '../../../ui/keys';
import { count } from '../../../ui/quantity';
import { stepRow } from '../../../ui/rows';
import { PatternDetail } from './PatternDetail';
import { PatternRow } from './PatternRow';
import css from './Patterns.module.css';

// So many rows are drawn at first, and with each "more".
const page = 100;
const columns = [
  ['lines', css.number],
  ['change', css.number],
  ['spark', css.spark],
  ['service', css.service],
  ['since', css.number],
] as const;

interface PatternTableProps {
  patterns: readonly Pattern[];
  /** Id of the pattern whose details are shown. */
  opened: string | undefined;
  /** The lines that a pattern's details are of. */
  linesOf: (pattern: Pattern) => Selection;
  onToggle: (pattern: Pattern) => void;
  /** Leads to its lines. */
  onShow: (pattern: Pattern) => void;
  /** Asks for the lines of other patterns. */
  onLeaveOut: (pattern: Pattern) => void;
}

/** The patterns in the order of the server; one of them is open. */
export function PatternTable(props: PatternTableProps) {
  const { patterns, opened, linesOf, onToggle, onShow, onLeaveOut } = props;
  const { t } = useTranslation();
  const [shown, setShown] = useState(page);
  const body = useRef<HTMLTableSectionElement>(null);
  useKeys({
    j: () => stepRow(body.current, 1),
    k: () => stepRow(body.current, -1),
  });
  const more = patterns.length - shown;
  return (
    <>
      <table className={css.table} aria-label={t('patterns.title')}>
        <thead>
          <tr>
            <th className={css.mark}>
              <span className={css.hidden}>{t('patterns.column.state')}</span>
            </th>
            <th scope="col">{t('patterns.column.pattern')}</th>
            {columns.map(([one, look]) => (
              <th key={one} scope="col" className={look}>
                {t(`patterns.column.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {patterns.slice(0, shown).map((one) => (
            <Fragment key={one.id}>
              <PatternRow pattern={one} open={one.id === opened} onToggle={() => onToggle(one)} />
              {one.id === opened && (
                <tr className={css.opened}>
                  <td colSpan={columns.length + 2}>
                    <PatternDetail
                      pattern={one}
                      lines={linesOf(one)}
                      onShow={() => onShow(one)}
                      onLeaveOut={() => onLeaveOut(one)}
                    />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <Button look="link" onClick={() => setShown(shown + page)}>
          {t('patterns.more', { n: count(Math.min(page, more)) })}
        </Button>
      )}
    </>
  );
}

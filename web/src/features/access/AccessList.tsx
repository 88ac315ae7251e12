import type { UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AnswerState } from '../../app/AnswerState';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { Icon } from '../../ui/Icon';
import { useKeys } from '../../ui/keys';
import { type Column, LongTable } from '../../ui/LongTable';
import css from './AccessPage.module.css';
import { useAccessSearch } from './useAccessSearch';

interface AccessListProps<T> {
  /** Which list of the page; its texts are under this name. */
  list: 'users' | 'teams' | 'tokens';
  answer: UseQueryResult<readonly T[]>;
  /** What was answered, in the order of the table. */
  rows: readonly T[];
  /** What a search looks through. */
  wordsOf: (row: T) => string;
  columns: readonly Column<T>[];
  /** Names the row whose panel is open. */
  keyOf: (row: T) => string;
  isOff?: (row: T) => boolean;
  /** Makes the first one in a terminal. */
  command?: string;
}

/** A list of the page, with a search and a way to make another one. */
export function AccessList<T>(props: AccessListProps<T>) {
  const { list, answer, rows, wordsOf, columns, keyOf, isOff, command } = props;
  const { t } = useTranslation();
  const [{ open, find = '' }, change] = useAccessSearch();
  const finder = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => finder.current?.focus() });
  const text = find.toLowerCase();
  const shown = rows.filter((row) => wordsOf(row).toLowerCase().includes(text));
  const add = (
    <Button
      look="primary"
      className={css.end ?? ''}
      onClick={() => change({ make: true, open: undefined })}
    >
      <Icon name="plus" size={14} />
      {t(`access.${list}.add`)}
    </Button>
  );
  return (
    <>
      {rows.length > 0 && (
        <div className={css.bar}>
          <input
            ref={finder}
            type="search"
            className={css.find}
            value={find}
            placeholder={t(`access.${list}.find`)}
            aria-label={t(`access.${list}.find`)}
            onChange={({ target }) => change({ find: target.value || undefined }, true)}
          />
          {add}
        </div>
      )}
      <AnswerState answer={answer} failed={t(`access.${list}.failed`)} />
      {answer.data && rows.length === 0 && (
        <Empty
          title={t(`access.${list}.empty`)}
          why={t(`access.${list}.emptyWhy`)}
          command={command}
        >
          {add}
        </Empty>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <Empty title={t('access.none')}>
          <Button size="small" onClick={() => change({ find: undefined })}>
            {t('access.showAll')}
          </Button>
        </Empty>
      )}
      {shown.length > 0 && (
        <LongTable
          label={t(`access.tabs.${list}`)}
          columns={columns}
          rows={shown}
          keyOf={keyOf}
          openKey={open}
          {...(isOff && { isOff })}
        />
      )}
    </>
  );
}

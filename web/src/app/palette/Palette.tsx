import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import floating from '../../ui/floating.module.css';
import { Icon } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { type SearchItem, SearchList } from '../../ui/SearchList';
import type { Entry } from './entries';
import { bestMatches } from './match';
import css from './Palette.module.css';
import { useCommandEntries } from './useCommandEntries';
import { useLogEntries } from './useLogEntries';
import { useQueryEntries } from './useQueryEntries';

interface PaletteProps {
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
  onHelp: () => void;
}

/** Searches everything one can go to or do: pages, saved and recent queries, streams, fields, values, commands. */
export function Palette({ text, onText, onClose, onHelp }: PaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const typed = text.trim();

  const search = (q: string) =>
    void navigate({ to: '/logs', search: ({ from, to, tz }) => ({ from, to, tz, q }) });
  const [pages, commands] = useCommandEntries(onHelp);
  const [saved, recent] = useQueryEntries(
    (own) =>
      void navigate({ to: '/logs', search: ({ from, to, tz }) => ({ from, to, tz, ...own }) }),
  );
  const logs = useLogEntries(search);

  const item = (entry: Entry): SearchItem => ({
    id: entry.id,
    content: <EntryLine entry={entry} />,
    onChoose: () => {
      onClose();
      entry.run();
    },
  });
  const groups = [pages, saved, recent, ...logs, commands]
    .filter((group) => group !== undefined)
    .map(({ id, entries, most }) => ({
      id: id as string,
      label: t(`palette.group.${id}`),
      items: bestMatches(entries, typed, typed ? most.typed : most.idle).map(item),
    }));
  if (typed) {
    const everywhere: Entry = {
      id: 'search',
      icon: 'search',
      text: t('palette.search', { text: typed }),
      run: () => search(typed),
    };
    groups.push({ id: 'search', label: t('palette.group.search'), items: [item(everywhere)] });
  }

  return (
    <Modal.Root opened onClose={onClose} size={620} yOffset="10dvh">
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')} className={floating.dialog}>
        <Modal.Body className={css.body}>
          <SearchList
            autoFocus
            label={t('palette.title')}
            text={text}
            onText={onText}
            groups={groups}
            empty={t('palette.empty')}
          />
          <p className={css.foot}>
            <Kbd>{'↑'}</Kbd>
            <Kbd>{'↓'}</Kbd> {t('palette.move')} <Kbd>{'Enter'}</Kbd> {t('palette.choose')}{' '}
            <Kbd>{'Esc'}</Kbd> {t('shell.close')}
          </p>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function EntryLine({ entry: { icon, text, data, hint } }: { entry: Entry }) {
  return (
    <>
      <Icon name={icon} size={14} />
      <span className={data ? css.data : css.text} translate={data ? 'no' : undefined}>
        {text}
      </span>
      {hint && (
        <small className={css.hint} translate="no">
          {hint}
        </small>
      )}
    </>
  );
}

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { Dialog } from '../../../ui/Dialog';
import { foldersOf } from './folders';
import { SavedForm } from './SavedForm';
import { useSavedQueries } from './useSavedQueries';

/** Saves the query of the page under a name; one that was opened before can be written over under its own name. */
export function SaveDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = '*', saved: current, view = '', cols = '' } = useSearch({ from: '/logs' });
  const { range } = useTime();
  const saved = useSavedQueries();
  const present = saved.data?.find(({ id }) => id === current);
  const { name = '', folder = '', description = '' } = present ?? {};
  return (
    <Dialog opened={opened} onClose={onClose} title={t('logs.saved.saveTitle')}>
      <SavedForm
        text={{ name, folder, description, query: q }}
        page={{ ...range, view, cols }}
        folders={foldersOf(saved.data ?? [])}
        onDone={({ id }) => {
          onClose();
          void navigate({
            to: '/logs',
            replace: true,
            search: (old) => ({ ...old, saved: id }),
          });
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}

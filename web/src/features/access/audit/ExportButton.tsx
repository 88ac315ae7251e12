import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditEntry, fetchAudit } from '../../../api/audit';
import { isAbort } from '../../../api/problem';
import { Button } from '../../../ui/Button';
import { downloadBlob, fileName } from '../../../ui/download';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Icon } from '../../../ui/Icon';
import { count } from '../../../ui/quantity';
import { useAuditFilter } from './useAudit';

const page = 1000; // entries that are read at once

/** Saves all entries that are asked for as JSON lines, newest first. */
export function ExportButton() {
  const { t } = useTranslation();
  const filter = useAuditFilter();
  const [read, setRead] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const save = useMutation({
    mutationFn: async () => {
      stop.current = new AbortController();
      const { signal } = stop.current;
      const lines: string[] = [];
      let cursor: string | undefined;
      do {
        const next = await fetchAudit(filter, cursor, page, signal);
        lines.push(...next.entries.map((entry: AuditEntry) => `${JSON.stringify(entry)}\n`));
        setRead(lines.length);
        ({ cursor } = next);
      } while (cursor);
      return new Blob(lines, { type: 'application/x-ndjson' });
    },
    onSuccess: (blob) => downloadBlob(blob, fileName('audit', filter.end, 'jsonl')),
  });
  if (save.isPending) {
    return (
      <Button size="small" onClick={() => stop.current?.abort()}>
        {t('access.audit.exporting', { n: count(read) })}
      </Button>
    );
  }
  return (
    <>
      <Button size="small" onClick={() => save.mutate()}>
        <Icon name="download" size={12} />
        {t('access.audit.export')}
      </Button>
      {save.error && !isAbort(save.error) && (
        <ErrorNotice error={save.error} title={t('access.audit.notExported')} />
      )}
    </>
  );
}

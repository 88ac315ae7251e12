import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../api/access';
import { useConnection } from '../../../app/connection';
import { Segmented } from '../../../ui/Segmented';
import { CodeBlock } from '../../sources/add/CodeBlock';
import css from '../Form.module.css';
import { nameOf, type Shipper, shippers, snippetOf } from './snippets';

interface SnippetsProps {
  secret: string;
  role: Role;
}

/** The new token where it belongs: in the configuration of what sends, or in a first question for what reads. */
export function Snippets({ secret, role }: SnippetsProps) {
  const { t } = useTranslation();
  const { status } = useConnection();
  const [shipper, setShipper] = useState<Shipper>('curl');
  if (role === 'viewer' || role === 'operator') {
    const url = `${location.origin}/api/v1/logs/query?query=*&limit=10`;
    const header = `header = "Authorization: Bearer ${secret}"`;
    const text = `curl '${url}' -K - <<'END'\n${header}\nEND`;
    return <CodeBlock text={text} label={t('access.tokens.firstQuestion')} />;
  }
  if (!status) return null;
  const secure = location.protocol === 'https:';
  const { listen } = status;
  const { file, text, run } = snippetOf(shipper, secret, {
    listen,
    host: location.hostname,
    secure,
  });
  return (
    <>
      <div className={css.field}>
        {t('access.tokens.use')}
        <div translate="no">
          <Segmented
            label={t('access.tokens.use')}
            size="small"
            value={shipper}
            options={shippers.map((value) => ({ value, label: nameOf(value) }))}
            onChange={setShipper}
          />
        </div>
      </div>
      <p className={css.hint}>
        {t('access.tokens.saveAs')} <code translate="no">{file}</code>
      </p>
      <CodeBlock text={text} label={file} file={file.split('/').at(-1) ?? file} />
      <p className={css.hint}>{t('access.tokens.run')}</p>
      <CodeBlock text={run} label={t('access.tokens.run')} />
    </>
  );
}

import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { useKeyHelps } from '../ui/keys';
import css from './HelpDialog.module.css';

const examples: readonly { query: string; text: ParseKeys }[] = [
  { query: 'timeout', text: 'help.ql.word' },
  { query: '"connection refused"', text: 'help.ql.phrase' },
  { query: '_severity:error', text: 'help.ql.field' },
  { query: 'host:=web-1', text: 'help.ql.exact' },
  { query: '-"/healthz"', text: 'help.ql.not' },
  { query: 'error or warn', text: 'help.ql.or' },
  { query: 'err*', text: 'help.ql.prefix' },
  { query: '~"5\\d\\d"', text: 'help.ql.regexp' },
  { query: '{service.name="nginx"}', text: 'help.ql.stream' },
  { query: '* | stats by (host) count()', text: 'help.ql.pipe' },
];

/** The keys of everything on the page and the query language in ten lines. */
export default function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const groups = useKeyHelps();
  return (
    <Dialog opened={opened} onClose={onClose} size={760} title={t('help.title')}>
      <div className={css.columns}>
        <section aria-label={t('help.keys')}>
          {groups.map(({ title, keys }) => (
            <div key={title} className={css.group}>
              <h3 className={css.head}>{title}</h3>
              <dl className={css.list}>
                {keys.map((entry) => (
                  <div key={entry.text} className={css.key}>
                    <dt>
                      {entry.keys.map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </dt>
                    <dd>{entry.text}</dd>
                  </div>
                ))}
              </dl>
            </div>
          ))}
        </section>
        <section>
          <h3 className={css.head}>{t('help.language')}</h3>
          <dl className={css.list}>
            {examples.map(({ query, text }) => (
              <div key={query} className={css.example}>
                <dt>
                  <code translate="no">{query}</code>
                </dt>
                <dd>{t(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

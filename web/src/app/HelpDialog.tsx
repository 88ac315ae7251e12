import { Modal } from '@mantine/core';
import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import floating from '../ui/floating.module.css';
import { Kbd } from '../ui/Kbd';
import css from './HelpDialog.module.css';

const keys: readonly { keys: readonly string[]; text: ParseKeys }[] = [
  { keys: ['/'], text: 'help.query' },
  { keys: ['L'], text: 'help.live' },
  { keys: ['j', 'k'], text: 'help.rows' },
  { keys: ['Enter'], text: 'help.open' },
  { keys: ['o'], text: 'help.only' },
  { keys: ['x'], text: 'help.not' },
  { keys: ['f'], text: 'help.fields' },
  { keys: ['[', ']'], text: 'help.time' },
  { keys: ['t'], text: 'help.theme' },
  { keys: ['Esc'], text: 'help.close' },
  { keys: ['?'], text: 'help.help' },
];

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

/** The keys of the console and the query language in ten lines. */
export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={680}
      centered
      title={t('help.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
      classNames={{
        content: floating.dialog,
        header: floating.dialogHeader,
        title: floating.dialogTitle,
        body: floating.dialogBody,
      }}
    >
      <div className={css.columns}>
        <section>
          <h3 className={css.head}>{t('help.keys')}</h3>
          <dl className={css.list}>
            {keys.map((entry) => (
              <div key={entry.text} className={css.key}>
                <dt>
                  {entry.keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd>{t(entry.text)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3 className={css.head}>{t('help.language')}</h3>
          <dl className={css.list}>
            {examples.map(({ query, text }) => (
              <div key={query} className={css.example}>
                <dt>
                  <code>{query}</code>
                </dt>
                <dd>{t(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}

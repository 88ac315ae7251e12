import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/me';
import { Button } from '../../ui/Button';
import { useCopy } from '../../ui/clipboard';
import { downloadBlob } from '../../ui/download';
import { Icon } from '../../ui/Icon';
import css from './AccountPage.module.css';

interface RecoveryCodesProps {
  codes: readonly string[];
  onDone: () => void;
}

/** The recovery codes, the only time that they are shown, with ways to keep them. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const { t } = useTranslation();
  const { me } = useMe();
  const [copied, copy] = useCopy();
  const text = codes.join('\n');
  const title = t('account.codes.of', { name: me?.name ?? '', host: location.host });
  const save = () =>
    downloadBlob(
      new Blob([`${title}\n\n${text}\n`], { type: 'text/plain' }),
      'haetae-recovery-codes.txt',
    );
  return (
    <div className={css.body}>
      <p role="status">{t('account.codes.keep')}</p>
      <div data-print="">
        <p className={css.onPaper}>{title}</p>
        <ul className={css.codes} translate="no" aria-label={t('account.codes.title')}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <div className={css.buttons}>
        <Button size="small" onClick={() => copy(text)}>
          <Icon name={copied === 'done' ? 'check' : 'copy'} size={12} />
          {t(`copy.${copied}`)}
        </Button>
        <Button size="small" onClick={save}>
          <Icon name="download" size={12} />
          {t('account.codes.download')}
        </Button>
        <Button size="small" onClick={() => print()}>
          <Icon name="print" size={12} />
          {t('account.codes.print')}
        </Button>
      </div>
      <div className={css.buttons}>
        <Button look="primary" onClick={onDone}>
          {t('account.codes.kept')}
        </Button>
      </div>
    </div>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/Button';
import { StateMark } from '../ui/StateMark';
import css from './BadAddress.module.css';
import { notUnderstood, parseSearch } from './search';

// As the page was opened: the router leaves out of the address what nobody understands.
const opened = notUnderstood(parseSearch(location.search), Date.now());

/** A line over the page with what could not be read in its address, and that the usual holds instead. */
export function BadAddress() {
  const { t } = useTranslation();
  const [shown, setShown] = useState(opened.length > 0);
  if (!shown) return null;
  return (
    <div className={css.line} role="alert">
      <StateMark health="warn" />
      <span>
        {t('badAddress.text')} <code translate="no">{opened.join(', ')}</code>
      </span>
      <IconButton
        icon="close"
        iconSize={12}
        size="small"
        look="ghost"
        label={t('badAddress.close')}
        onClick={() => setShown(false)}
      />
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { Section } from '../../../ui/Section';
import css from './Facts.module.css';

/** What runs here, and where it can be reached. */
export function Facts({ system }: { system: System }) {
  const { t } = useTranslation();
  const listen = Object.entries(system.listen).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Section title={t('system.facts.title')}>
      <dl className={css.facts}>
        <dt>{t('system.facts.version')}</dt>
        <dd translate="no">{`haetae ${system.version}, ${system.go}`}</dd>
        <dt>{t('system.facts.data')}</dt>
        <dd translate="no">{system.data}</dd>
        {listen.map(([name, address]) => (
          <div key={name} className={css.pair}>
            <dt translate="no">{name}</dt>
            <dd translate="no">{address}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

import { useTranslation } from 'react-i18next';
import type { PipelineMember } from '../../../api/pipeline';
import { StateMark } from '../../../ui/StateMark';
import { memberHealth } from './assignment';
import css from './Readers.module.css';

/** A process with its state; without one, the name of the row for what nobody reads. */
export function MemberName({ member }: { member: PipelineMember | undefined }) {
  const { t } = useTranslation();
  if (!member) {
    return (
      <span className={css.name} data-state="critical">
        <StateMark health="critical" />
        {t('pipeline.readers.nobody')}
      </span>
    );
  }
  const { state, name, address, this: own } = member;
  return (
    <span className={css.name} data-state={state} title={`${name} ${address}`}>
      <StateMark health={memberHealth(member)} />
      <span className={css.label} translate="no">
        {name}
      </span>
      {own && <small className={css.this}>{t('pipeline.readers.this')}</small>}
      {state !== 'reading' && <small>{t(`pipeline.member.${state}`)}</small>}
    </span>
  );
}

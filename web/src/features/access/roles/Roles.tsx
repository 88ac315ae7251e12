import { useTranslation } from 'react-i18next';
import { AnswerState } from '../../../app/AnswerState';
import css from '../../../ui/page.module.css';
import { Section } from '../../../ui/Section';
import { useRoles } from '../useAccess';
import { Masks } from './Masks';
import { Matrix } from './Matrix';
import { SeeAs } from './SeeAs';

/** What each role may do, which fields it sees masked, and how the console looks to somebody. */
export function Roles() {
  const { t } = useTranslation();
  const answer = useRoles();
  const { data } = answer;
  return (
    <div className={css.scroller}>
      <AnswerState answer={answer} failed={t('access.roles.failed')} />
      {data && (
        <>
          <Section title={t('access.roles.matrix')} note={t('access.roles.matrixNote')}>
            <Matrix roles={data} />
          </Section>
          <Section title={t('access.masks.title')} note={t('access.masks.note')}>
            <Masks roles={data} />
          </Section>
        </>
      )}
      <Section title={t('access.seeAs.title')} note={t('access.seeAs.note')}>
        <SeeAs roles={data ?? []} />
      </Section>
    </div>
  );
}

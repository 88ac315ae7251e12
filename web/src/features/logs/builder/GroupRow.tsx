import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { Icon } from '../../../ui/Icon';
import type { Completer } from '../query/complete';
import { AddButton } from './AddButton';
import css from './Builder.module.css';
import { ChoiceButton } from './ChoiceButton';
import { addGroup, dropGroup, measureBy, orderBy, overTime } from './change';
import { type Built, isExtract, type Measure, measures } from './model';
import { PickList } from './PickList';
import { suggestedStep, timeSteps } from './steps';
import { useFieldOptions, useGroupOptions } from './usePickOptions';

interface GroupRowProps {
  built: Built;
  completer: Completer;
  onChange: (built: Built) => void;
}

const limits = [0, 5, 10, 20, 50, 100] as const;
const orders = ['none', 'desc', 'asc'] as const;

/** What is counted or measured, by which fields, over time, in which order, and how many of it. */
export function GroupRow({ built, completer, onChange }: GroupRowProps) {
  const { t } = useTranslation();
  const { window } = useTime();
  const { summary, sort, limit } = built;
  const steps = ['', ...new Set([suggestedStep(window), ...timeSteps])];
  if (summary?.step && !steps.includes(summary.step)) steps.push(summary.step);
  const own = (sort.field === (summary?.name ?? '_time') && sort.order) || 'none';
  const known = [...new Set([...limits, limit])].sort((a, b) => a - b);
  return (
    <>
      <span className={css.label}>{t('logs.builder.by')}</span>
      <div className={css.row}>
        {summary?.by.map((field) => {
          const name = isExtract(field) ? t(`logs.builder.extract.${field}`) : field;
          return (
            <span key={field} className={css.chip}>
              <span className={css.words}>{name}</span>
              <button
                type="button"
                className={css.cross}
                aria-label={t('logs.builder.dropOf', { term: name })}
                onClick={() => onChange(dropGroup(built, field))}
              >
                <Icon name="close" size={11} />
              </button>
            </span>
          );
        })}
        <AddButton label={t('logs.builder.addGroup')}>
          {(close) => (
            <GroupPicker
              completer={completer}
              onPick={(field) => {
                close();
                onChange(addGroup(built, field));
              }}
            />
          )}
        </AddButton>
        <ChoiceButton
          label={t('logs.builder.overTime')}
          value={summary?.step ?? ''}
          options={steps}
          text={(step) => (step ? t('logs.builder.step', { step }) : t('logs.builder.noStep'))}
          onChange={(step) => onChange(overTime(built, step))}
        />
      </div>
      <span className={css.label}>{t('logs.builder.show')}</span>
      <div className={css.row}>
        {summary && <MeasureChoice built={built} completer={completer} onChange={onChange} />}
        <ChoiceButton
          label={t('logs.builder.order')}
          value={own}
          options={orders}
          text={(order) =>
            summary ? t(`logs.builder.groupOrder.${order}`) : t(`logs.builder.rowOrder.${order}`)
          }
          onChange={(order) => onChange(orderBy(built, order === 'none' ? null : order))}
        />
        <ChoiceButton
          label={t('logs.builder.limit')}
          value={limit}
          options={known}
          text={(n) => (n ? t('logs.builder.first', { n }) : t('logs.builder.all'))}
          onChange={(n) => onChange({ ...built, limit: n })}
        />
      </div>
    </>
  );
}

function GroupPicker({
  completer,
  onPick,
}: {
  completer: Completer;
  onPick: (field: string) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <PickList
      label={t('logs.builder.field')}
      options={useGroupOptions(completer)}
      free={(name) => name}
      text={text}
      onText={setText}
      onPick={onPick}
    />
  );
}

/** Counting needs no field; every other measure asks for one. */
function MeasureChoice({ built, completer, onChange }: GroupRowProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Measure | null>(null);
  const [text, setText] = useState('');
  const fields = useFieldOptions(completer)?.filter(({ value }) => value !== '_msg');
  const { summary } = built;
  if (!summary) return null;
  const field = (
    <AddButton
      label={asking || !summary.field ? t('logs.builder.field') : summary.field}
      begun={asking !== null}
      onBegun={(begun) => {
        if (!begun) setAsking(null);
      }}
    >
      {(close) => (
        <PickList
          label={t('logs.builder.field')}
          options={fields}
          free={(name) => name}
          text={text}
          onText={setText}
          onPick={(picked) => {
            setText('');
            close();
            onChange(measureBy(built, asking ?? summary.measure, picked));
          }}
        />
      )}
    </AddButton>
  );
  return (
    <>
      <ChoiceButton
        label={t('logs.builder.measure')}
        value={asking ?? summary.measure}
        options={measures}
        text={(measure) => t(`logs.builder.measures.${measure}`)}
        onChange={(measure) => {
          if (measure === 'count') {
            setAsking(null);
            onChange(measureBy(built, measure, ''));
          } else if (summary.field) onChange(measureBy(built, measure, summary.field));
          else setAsking(measure);
        }}
      />
      {(asking || summary.field) && field}
    </>
  );
}

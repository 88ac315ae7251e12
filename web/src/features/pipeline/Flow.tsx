import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { decimal } from '../../ui/quantity';
import { useDurationText } from '../../ui/useDurationText';
import css from './Flow.module.css';
import { settingText } from './settingText';
import { isLate } from './target';
import { usePipelineTexts } from './usePipelineTexts';

/** The stations of a record's way with what passes them now, and the settings in force. */
export function Flow({ pipeline: { type, queue, flow, settings } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  const { behindText } = usePipelineTexts();
  const [behind = '', unit = ''] = cut(behindText(flow.behind_millis));
  const perSecond = t('system.unit.perSecond');
  const stations = [
    [t('pipeline.flow.inputs'), decimal(flow.in_per_second), perSecond],
    [
      type === 'kafka'
        ? t('pipeline.flow.kafka', { version: queue.version ?? '' }).trim()
        : t('pipeline.flow.wal'),
      behind,
      `${unit} ${t('pipeline.flow.behind')}`,
    ],
    [t('pipeline.flow.pipeline'), decimal(flow.processed_per_second), perSecond],
    [t('pipeline.flow.sealed'), decimal(flow.sealed_per_second), perSecond],
  ] as const;
  return (
    <section className={css.flow} aria-label={t('pipeline.flow.label')}>
      <dl className={css.stations}>
        {stations.map(([name, value, small], i) => (
          <div key={name} data-state={i === 1 && isLate(flow.behind_millis) ? 'warn' : undefined}>
            <dt>{name}</dt>
            <dd>
              {value} <small>{small}</small>
            </dd>
          </div>
        ))}
      </dl>
      <dl className={css.settings} translate="no">
        {settings.map(({ key, value }) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{settingText(key, value, durationText)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// A unit stands smaller than its number: "25.1 s", "4분 10초" is cut before its last unit.
function cut(text: string): string[] {
  const [, number = text, unit = ''] = /^(.*\d)\s*(\D*)$/.exec(text) ?? [];
  return [number, unit];
}

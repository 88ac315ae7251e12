import { useTranslation } from 'react-i18next';
import { lengthMillis } from '../../time/range';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Menu, MenuItem } from '../../ui/Menu';
import { count } from '../../ui/quantity';
import { useDurationText } from '../../ui/useDurationText';
import { FieldMenu } from './FieldMenu';
import type { HistogramChange } from './HistogramPanel';
import css from './HistogramPanel.module.css';
import { defaultBy, differenceText } from './histogram';
import { LayerSwatch } from './LayerSwatch';
import { useLayerName } from './useLayerName';
import type { HistogramOfWindow } from './useSelectionQueries';

/** How long before the earlier times lie that the menu offers. */
const distances = ['1h', '1d', '1w'] as const;

interface HistogramHeadProps {
  filter: string;
  histogram: HistogramOfWindow | undefined;
  past: readonly number[] | null;
  vs: string | undefined;
  /** The bar at the cursor, -1 for none. */
  bucket: number;
  caption: string;
  asTable: boolean;
  onTable: () => void;
  onOnly: (field: string, value: string) => void;
  onChange: (change: HistogramChange) => void;
}

/** Above the bars: what a bar is, what it is stacked by and compared with, and the legend with its counts. */
export function HistogramHead(props: HistogramHeadProps) {
  const { filter, histogram, past, vs, bucket, caption, asTable, onTable, onOnly, onChange } =
    props;
  const { t } = useTranslation();
  const layerName = useLayerName();
  const durationText = useDurationText();
  const by = histogram?.by ?? defaultBy;
  const window = histogram?.window ?? { start: 0, end: 0 };
  const at = (values: readonly number[], total: number) =>
    bucket < 0 ? total : (values[bucket] ?? 0);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const total = histogram ? sum(histogram.layers.map((layer) => at(layer.values, layer.total))) : 0;
  const earlier = past ? at(past, sum(past)) : 0;
  const difference = past ? differenceText(total, earlier) : null;
  const ago = (distance: string) =>
    t('logs.histogram.ago', { time: durationText(lengthMillis(distance)) });

  return (
    <div className={css.head}>
      <span className={css.caption}>{caption}</span>
      <span className={css.legend}>
        {vs && past && (
          <span className={css.past}>
            <LayerSwatch colour="--chart-past" dashed />
            {ago(vs)}
            <b>{count(earlier)}</b>
            {difference && <b className={css.difference}>{difference}</b>}
          </span>
        )}
        {[...(histogram?.layers ?? [])].reverse().map(({ value, colour, values, total: all }) => (
          <button
            key={value ?? '\0'}
            type="button"
            className={css.level}
            title={value === null ? undefined : t('logs.only')}
            disabled={value === null}
            onClick={() => value !== null && onOnly(by, value)}
          >
            <LayerSwatch colour={colour} />
            <span translate={value ? 'no' : undefined}>{layerName(by, value)}</span>
            <b>{count(at(values, all))}</b>
          </button>
        ))}
      </span>
      <span className={css.controls}>
        <FieldMenu
          label={t('logs.histogram.by')}
          selection={{ query: filter, ...window }}
          value={by}
          onChoose={(field) => onChange({ by: field === defaultBy ? undefined : field })}
          target={(toggle) => (
            <Button
              size="small"
              look="ghost"
              title={t('logs.histogram.by')}
              aria-label={`${t('logs.histogram.by')}: ${by}`}
              onClick={toggle}
            >
              <Icon name="chart" size={12} />
              <code className={css.by}>{by}</code>
              <Icon name="down" size={11} />
            </Button>
          )}
        />
        <Menu
          target={
            <Button size="small" look="ghost" aria-label={t('logs.histogram.compare')}>
              <Icon name="history" size={12} />
              {vs ? ago(vs) : t('logs.histogram.compare')}
              <Icon name="down" size={11} />
            </Button>
          }
        >
          {distances.map((distance) => (
            <MenuItem
              key={distance}
              checked={distance === vs}
              onClick={() => onChange({ vs: distance })}
            >
              {ago(distance)}
            </MenuItem>
          ))}
          {vs && (
            <MenuItem icon="close" onClick={() => onChange({ vs: undefined })}>
              {t('logs.histogram.compareOff')}
            </MenuItem>
          )}
        </Menu>
        <IconButton
          icon="table"
          iconSize={13}
          size="small"
          look="ghost"
          label={t('logs.histogram.asTable')}
          aria-pressed={asTable}
          onClick={onTable}
        />
      </span>
    </div>
  );
}

import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SystemDisk } from '../../../api/system';
import { useTime } from '../../../app/TimeProvider';
import { TimeLines } from '../../../chart/TimeLines';
import { day } from '../../../time/clock';
import { bytes } from '../../../ui/quantity';
import css from './Charts.module.css';
import { diskLines } from './diskLines';
import { sharedCursor } from './sharedCursor';

/** The disk's past by day, and dashed what it comes to: the day it fills, or the size at which retention keeps it. */
export function DiskChart({ disk, now }: { disk: SystemDisk; now: number }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const [hovered, setHovered] = useState(-1);
  // The question of every five seconds would else draw the same again.
  const text = JSON.stringify(disk);
  const minute = Math.floor(now / 60_000) * 60_000;
  const drawn = useMemo(() => diskLines(JSON.parse(text), minute), [text, minute]);
  const { times, lines, start, end, limit } = drawn;
  const value = lines.map(({ values }) => values[hovered] ?? null).find((one) => one !== null);
  const outcome = disk.full_at
    ? t('system.charts.full', { day: day(Date.parse(disk.full_at), zone) })
    : disk.held_at !== null
      ? t('system.charts.held', { size: bytes(disk.held_at) })
      : t('system.charts.tooEarly');
  const limitText = t(`system.charts.${limit.of}`, { size: bytes(limit.value) });
  return (
    <section>
      <header className={css.head}>
        <h2>{t('system.charts.disk')}</h2>
        <small translate="no">{disk.path}</small>
        <b>
          {hovered >= 0 && typeof value === 'number' ? (
            <>
              <small>{day(times[hovered] ?? now, zone)}</small> {bytes(value)}
            </>
          ) : (
            outcome
          )}
        </b>
      </header>
      <TimeLines
        label={`${t('system.charts.disk')}: ${outcome}`}
        times={times}
        lines={lines}
        start={start}
        end={end}
        zone={zone}
        endLabel={day(end, zone).slice(5)}
        height={108}
        sync={sharedCursor}
        valueText={bytes}
        limit={{ value: limit.value, text: limitText }}
        onHover={setHovered}
      />
    </section>
  );
}

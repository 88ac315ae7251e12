import { useMemo } from 'react';
import type { Pipeline } from '../../../api/pipeline';
import { useTime } from '../../../app/TimeProvider';
import { useHistory } from '../../../app/useHistory';
import css from '../../../chart/chartRow.module.css';
import { isRelative } from '../../../time/range';
import { usePipelineEvents } from '../usePipeline';
import { BehindChart } from './BehindChart';
import { expectedLevel, firstMeasured, mostMinutes, pointsOf, spanOf } from './history';
import { InOutChart } from './InOutChart';

/** How far behind, and what comes in and goes out, over the page's time range. */
export function Charts({ pipeline }: { pipeline: Pipeline }) {
  const { window, range, now } = useTime();
  // A range that moves ends with the newest point; the minutes stay the same while it does.
  const reach = isRelative(range) ? window.end - window.start : now - window.start;
  const minutes = Math.min(mostMinutes, Math.max(5, Math.ceil(reach / 60_000)));
  const { data: behind } = useHistory('behind_seconds', minutes);
  const { data: arrived } = useHistory('arrived', minutes);
  const { data: processed } = useHistory('processed', minutes);
  const { data: events } = usePipelineEvents(minutes);
  const late = useMemo(() => pointsOf(behind), [behind]);
  const came = useMemo(() => pointsOf(arrived), [arrived]);
  const went = useMemo(() => pointsOf(processed), [processed]);
  const level = expectedLevel(late, pipeline.catch_up?.level_in_millis ?? null);
  const span = spanOf(window, isRelative(range), {
    first: firstMeasured(came),
    newest: late.times.at(-1),
    expected: level?.at,
  });
  return (
    <div className={css.row}>
      <BehindChart points={late} level={level} events={events ?? []} span={span} />
      <InOutChart came={came} went={went} span={span} />
    </div>
  );
}

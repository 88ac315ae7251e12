import css from './Spark.module.css';

interface SparkProps {
  /** In equal steps; null is a gap, which stays one. */
  values: readonly (number | null)[];
  /** Says in words what the line shows. */
  label: string;
  width?: number;
  height?: number;
}

const inset = 2;

/** A line of recent values without axes, on its own scale from 0; the last value is a dot. The number stands beside it. */
export function Spark({ values, label, width = 88, height = 18 }: SparkProps) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const x = (i: number) => inset + (i / Math.max(1, values.length - 1)) * (width - 2 * inset);
  const y = (value: number) => height - inset - (value / most) * (height - 2 * inset);
  const path = values
    .map((value, i) => {
      if (value === null) return '';
      const begins = i === 0 || values[i - 1] === null;
      return `${begins ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
  const last = values.at(-1);
  return (
    <svg className={css.spark} viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
      <title>{label}</title>
      <path d={path} />
      {typeof last === 'number' && <circle cx={x(values.length - 1)} cy={y(last)} r={1.7} />}
    </svg>
  );
}

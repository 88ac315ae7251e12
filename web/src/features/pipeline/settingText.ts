const binary = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
] as const;

// Kafka's settings of a size in bytes and of a time in ms, by how their names end.
const sizes = /(?:bytes|[._]size)$/;
const times = /\.ms$/;
// Shorter times are read in ms, as their names say.
const longTime = 60_000;

/** Writes the value of one of Kafka's settings for people: 1048576 bytes are 1 MiB, 604800000 ms are 7 d, and -1 is no bound. */
export function settingText(
  key: string,
  value: string,
  durationText: (ms: number) => string,
): string {
  const n = Number(value);
  if (value === '' || !Number.isFinite(n)) return value;
  if (sizes.test(key)) return n < 0 ? '∞' : sizeText(n);
  if (times.test(key)) return n < 0 ? '∞' : n >= longTime ? durationText(n) : value;
  return value;
}

function sizeText(n: number): string {
  const [size, unit] = binary.find(([one]) => n >= one && n % one === 0) ?? [1, 'B'];
  return `${n / size} ${unit}`;
}

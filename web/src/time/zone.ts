// Offsets of IANA time zones, from the browser's own table. Times are milliseconds since the epoch.

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();
// Zones change their offset on quarter hours at the earliest.
const offsetGrain = 15 * 60_000;
const offsetCacheSize = 4096;

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, known);
  }
  return known;
}

/** Returns the zone of this browser. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Reports whether the browser knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

/** Returns the zones that a menu offers: the given ones and UTC first, then all others by name. */
export function listZones(first: readonly string[]): string[] {
  const zones = new Set(first.filter(isZone));
  zones.add('UTC');
  for (const zone of Intl.supportedValuesOf('timeZone')) zones.add(zone);
  return [...zones];
}

/** Returns how far local time in the zone is ahead of UTC at a moment, in ms. */
export function offsetAt(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const key = `${zone} ${Math.floor(ms / offsetGrain)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const part: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = local - Math.floor(ms / 1000) * 1000;
  if (offsets.size >= offsetCacheSize) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** Returns the moment at which the zone's wall clock shows `local` (ms as if it were UTC). */
export function fromLocal(local: number, zone: string): number {
  // The offset is that of the answer, not of the question: a second look settles it except inside a gap.
  const guess = local - offsetAt(local, zone);
  return local - offsetAt(guess, zone);
}

// Names that the browser's tables replace by an offset although operators know them.
const shortNames: Record<string, string> = {
  'Asia/Seoul': 'KST',
  'Asia/Tokyo': 'JST',
  'Etc/UTC': 'UTC',
  UTC: 'UTC',
};

/** Returns the zone's short name at a moment: KST, UTC, PDT, else its offset as GMT+8. */
export function zoneName(ms: number, zone: string): string {
  const known = shortNames[zone];
  if (known) return known;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'short',
  }).formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** Returns the zone's offset at a moment as UTC+9 or UTC-3:30. */
export function zoneOffset(ms: number, zone: string): string {
  const minutes = Math.round(offsetAt(ms, zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const sign = minutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

const dayMillis = 86_400_000;

// A calendar knows no zone: its days are texts such as 2026-11-20, read as if they were of UTC.
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Returns the day so many days later. */
export function addDays(day: string, days: number): string {
  return text(at(day) + days * dayMillis);
}

/** Returns the same day of a month so many months later, or that month's last day when it is shorter. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return text(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** Returns 0 for Sunday to 6 for Saturday. */
export function weekday(day: string): number {
  return new Date(at(day)).getUTCDay();
}

/** Returns the weeks that show the month of a day, each from Sunday to Saturday, with days of the months beside it. */
export function weeksOf(day: string): string[][] {
  const first = `${day.slice(0, 7)}-01`;
  const last = addDays(addMonths(first, 1), -1);
  const weeks: string[][] = [];
  for (let start = addDays(first, -weekday(first)); start <= last; start = addDays(start, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(start, i)));
  }
  return weeks;
}

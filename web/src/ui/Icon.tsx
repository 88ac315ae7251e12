// Outline icons on a 16 px grid, drawn with the text's colour.
const paths = {
  logs: 'M2 3.5h12M2 6.5h8M2 9.5h12M2 12.5h6',
  search: 'M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0M10.2 10.2l3.6 3.6',
  clock: 'M13.8 8A5.8 5.8 0 1 1 2.2 8a5.8 5.8 0 0 1 11.6 0M8 4.8V8l2.2 1.6',
  left: 'M9.5 4.5 6 8l3.5 3.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  down: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  fold: 'm4.5 9.5 3.5-3.5 3.5 3.5',
  up: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  enter: 'M13 3.5v5H3.500M6.5 5.500l-3 3 3 3',
  close: 'm4 4 8 8M12 4l-8 8',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3.500v9L12.5 8z',
  filter: 'M2 3.500h12M4.5 8h7M6.5 12.500h3',
  link: 'M6.8 9.2 9.2 6.800M7.5 4.500l1.2-1.200a2.7 2.7 0 0 1 3.9 3.900L11.4 8.400M8.5 11.500l-1.2 1.200a2.7 2.7 0 0 1-3.9-3.900l1.2-1.2',
  copy: 'M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3',
  check: 'm3 8.5 3.5 3.500L13 4.5',
  refresh: 'M13.3 6.500A5.6 5.6 0 1 0 13.6 9M13.5 2.800v3.700H9.8',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.900c-.7.4-1.1.8-1.1 1.700M8 12.200v.1',
} as const;

export type IconName = keyof typeof paths | 'theme';

/** An icon beside a text or inside a control that has an accessible name; screen readers skip it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {name === 'theme' ? (
        <>
          <circle cx="8" cy="8" r="5.5" />
          <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
        </>
      ) : (
        <path d={paths[name]} />
      )}
    </svg>
  );
}

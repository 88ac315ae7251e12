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
  enter: 'M13 3.5v5H3.5M6.5 5.5l-3 3 3 3',
  close: 'm4 4 8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9L12.5 8z',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  link: 'M6.8 9.2 9.2 6.8M7.5 4.5l1.2-1.2a2.7 2.7 0 0 1 3.9 3.9L11.4 8.4M8.5 11.5l-1.2 1.2a2.7 2.7 0 0 1-3.9-3.9l1.2-1.2',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  refresh: 'M13.3 6.5A5.6 5.6 0 1 0 13.6 9M13.5 2.8v3.7H9.8',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.8-1.1 1.7M8 12.2v.1',
  plus: 'M8 3.5v9M3.5 8h9',
  save: 'M3 3h8l2 2v8H3zM5.5 3v3.5h4V3M5.5 13V9.5h5V13',
  folder: 'M2 4h4l1.5 1.7H14V12.5H2z',
  trash: 'M2.5 4.5h11M6 4.5V3h4v1.5M4 4.5l.6 8.5h6.8l.6-8.5M6.7 7v3.5M9.3 7v3.5',
  edit: 'M3 13l.6-3L10.3 3.3l2.4 2.4L6 12.4zM8.8 4.8l2.4 2.4',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  wrap: 'M2 4h12M2 8h9.5a2 2 0 0 1 0 4H8M9.5 10.3 7.8 12l1.7 1.7M2 12h3',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  share: 'M8 10V2.5M5.2 5 8 2.3 10.8 5M4.5 7.5H3v6h10v-6h-1.5',
  star: 'm8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z',
  table: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M7 6.3V13',
  chart: 'M2 13.5h12M3.5 11V8M6.5 11V4.5M9.5 11V6.5M12.5 11V3',
  number: 'M6 3 5 13M11 3l-1 10M3 6.2h10.5M2.5 9.8H13',
  sources: 'M8 2v8M5 7.2 8 10.2l3-3M2.5 11v2.5h11V11',
  pipeline: 'M1.8 4h3.7l5 8h3.7M10.5 4h3.7M1.8 12h3.7l1.7-2.7M8.8 6.7 10.5 4',
  system:
    'M13.5 3.8c0 1.1-2.5 2-5.5 2s-5.5-.9-5.5-2 2.5-2 5.5-2 5.5.9 5.5 2M2.5 3.8v8.4c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V3.8M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2',
  access: 'M8 1.8 13 3.6v4c0 3.2-2.1 5.4-5 6.6-2.9-1.2-5-3.4-5-6.6v-4zM5.7 8l1.7 1.7 3-3.2',
  home: 'M2.5 7.5 8 2.8l5.5 4.7M4 6.5v6.7h8V6.5M6.7 13.2V9.5h2.6v3.7',
  history: 'M2.6 6.2A5.7 5.7 0 1 1 2.3 9M2.3 3v3.3h3.3M8 5v3.2l2.2 1.5',
  builder: 'M2.5 3.5h6v3h-6zM7.5 9.5h6v3h-6zM11 3.5v3M5 9.5v3',
  expand: 'M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9 7M2.5 13.5 7 9',
  sort: 'M5 3v10M2.5 10.5 5 13l2.5-2.5M11 13V3M8.5 5.5 11 3l2.5 2.5',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  globe:
    'M13.8 8A5.8 5.8 0 1 1 2.2 8a5.8 5.8 0 0 1 11.6 0M2.2 8h11.6M8 2.2c3.4 3.4 3.4 8.2 0 11.6M8 2.2c-3.4 3.4-3.4 8.2 0 11.6',
  user: 'M8 8.2a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8M2.8 13.8c.5-2.4 2.5-3.8 5.2-3.8s4.7 1.4 5.2 3.8',
  leave: 'M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8M9.8 8a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0',
  hide: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8M3 13 13 3',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2v-5h11v5h-2M4.5 9.5h7v4h-7z',
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

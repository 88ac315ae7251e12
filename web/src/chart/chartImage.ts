/** What stands in the picture of a chart around the chart itself. */
export interface ImageParts {
  /** The query that the chart answers. */
  query: string;
  /** Time range and zone, width of a bucket. */
  note: string;
  legend: readonly { name: string; colour: string }[];
  /** Size of the chart in CSS pixels. */
  width: number;
  height: number;
  /** Draws the chart into its area, in CSS pixels. */
  draw: (pen: Pen) => void;
}

/** Draws with the tokens of the theme that is shown. */
export interface Pen {
  ctx: CanvasRenderingContext2D;
  left: number;
  top: number;
  width: number;
  height: number;
  /** Colour, font or size behind a token's name. */
  token: (name: string) => string;
}

const scale = 2;
const margin = 16;
const line = 20;

/** Draws a chart with its query, range, zone and legend, on the background of the theme, as PNG. */
export async function chartImage(element: Element, parts: ImageParts): Promise<Blob> {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  await document.fonts.ready;
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  if (!ctx) throw new Error('this browser cannot draw a picture');
  const ui = `${token('--fs-2')} ${token('--font-ui')}`;
  const width = Math.max(480, parts.width) + 2 * margin;
  ctx.font = ui;
  const rows = legendRows(ctx, parts.legend, width - 2 * margin);
  const top = margin + 2 * line + 8;
  const height = top + parts.height + 12 + rows.length * line + margin;
  canvas.width = width * scale;
  canvas.height = height * scale;
  ctx.scale(scale, scale);
  ctx.fillStyle = token('--surface-1');
  ctx.fillRect(0, 0, width, height);
  ctx.textBaseline = 'middle';

  ctx.font = `${token('--fs-3')} ${token('--font-mono')}`;
  ctx.fillStyle = token('--text-1');
  ctx.fillText(cut(ctx, parts.query.replace(/\s+/g, ' '), width - 2 * margin), margin, margin + 8);
  ctx.font = ui;
  ctx.fillStyle = token('--text-3');
  ctx.fillText(cut(ctx, parts.note, width - 2 * margin), margin, margin + 8 + line);

  parts.draw({ ctx, left: margin, top, width: width - 2 * margin, height: parts.height, token });

  ctx.font = ui;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  rows.forEach((row, i) => {
    const y = top + parts.height + 12 + i * line + line / 2;
    for (const { name, colour, x } of row) {
      ctx.fillStyle = token(colour);
      ctx.fillRect(margin + x, y - 4, 8, 8);
      ctx.fillStyle = token('--text-2');
      ctx.fillText(name, margin + x + 14, y);
    }
  });
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('the picture is too large')))),
  );
}

interface Placed {
  name: string;
  colour: string;
  x: number;
}

/** Lays a legend in rows that are not wider than the picture. */
function legendRows(
  ctx: CanvasRenderingContext2D,
  legend: ImageParts['legend'],
  width: number,
): Placed[][] {
  const rows: Placed[][] = [];
  let x = width;
  for (const { name: whole, colour } of legend) {
    const name = cut(ctx, whole, width - 14);
    const wide = 14 + ctx.measureText(name).width;
    if (x + wide > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ name, colour, x });
    x += wide + 18;
  }
  return rows;
}

/** Cuts a text with an ellipsis where it is wider than there is room. */
export function cut(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

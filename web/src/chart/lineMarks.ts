// What is drawn over the lines of a chart: bounds and moments. All of it in the canvas's own pixels.
import uPlot from 'uplot';
import type { TimeLinesProps, TimeMark } from './TimeLines';

/** Draws a bound as a dashed line, with its text upon it, or below where the upper edge would cut it. */
export function drawLimit(
  plot: uPlot,
  { value, text }: NonNullable<TimeLinesProps['limit']>,
  colour: string,
): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  const above = y - 2 * uPlot.pxRatio;
  ctx.textBaseline = 'bottom'; // heights are measured from it
  const { fontBoundingBoxAscent: tall } = ctx.measureText(text);
  const cut = above - tall < 0;
  ctx.textAlign = 'left';
  if (cut) ctx.textBaseline = 'top';
  ctx.fillText(text, bbox.left + 5 * uPlot.pxRatio, cut ? y + 3 * uPlot.pxRatio : above);
}

/** Draws moments as lines with a flag, each with its text at the side that has room; a text that would cover another is left out. */
export function drawMarks(plot: uPlot, marks: readonly TimeMark[], colour: string): void {
  const { ctx, bbox } = plot;
  const gap = 6 * uPlot.pxRatio;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([]);
  ctx.textBaseline = 'top';
  const xs = marks.map(({ at }) => Math.round(plot.valToPos(at / 1000, 'x', true)));
  const places = placeTexts(
    marks.map(({ text }, i) => ({ x: xs[i] ?? 0, width: ctx.measureText(text).width + gap })),
    bbox.left,
    bbox.left + bbox.width,
  );
  marks.forEach(({ text }, i) => {
    const x = xs[i] ?? 0;
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    drawFlag(ctx, x, bbox.top);
    const side = places[i];
    if (!side) return;
    ctx.textAlign = side === 'left' ? 'right' : 'left';
    ctx.fillText(text, side === 'left' ? x - gap : x + gap, bbox.top - 4 * uPlot.pxRatio);
  });
}

function drawFlag(ctx: CanvasRenderingContext2D, x: number, top: number): void {
  const size = 4 * uPlot.pxRatio;
  ctx.beginPath();
  ctx.moveTo(x - size, top - size / 2);
  ctx.lineTo(x + size, top - size / 2);
  ctx.lineTo(x, top + size);
  ctx.fill();
}

/**
 * Says at which side of its mark each text stands: left where there is room, else right, null where both are taken. Marks ascend;
 * x, widths and the edges are in the same unit.
 */
export function placeTexts(
  marks: readonly { x: number; width: number }[],
  left: number,
  right: number,
): ('left' | 'right' | null)[] {
  let taken = left;
  return marks.map(({ x, width }, i) => {
    if (x - width >= taken) {
      taken = x;
      return 'left';
    }
    const next = marks[i + 1]?.x ?? right;
    const fits = x >= taken && x + width <= Math.min(next, right);
    taken = Math.max(taken, fits ? x + width : x);
    return fits ? 'right' : null;
  });
}

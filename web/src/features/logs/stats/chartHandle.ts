import type { ImageParts } from '../../../chart/chartImage';

/** What a picture of a chart is made of, and the element whose tokens colour it. */
export interface ChartImage extends ImageParts {
  element: Element;
}

/** What the view's buttons may do with the chart that is shown. */
export interface ChartHandle {
  /** Returns what a picture needs; null while nothing is drawn. */
  image: (query: string) => ChartImage | null;
}

import css from './LayerSwatch.module.css';

interface LayerSwatchProps {
  /** Colour as a token's name. */
  colour: string;
  /** Stands for a dashed line, and not for a filled area. */
  dashed?: boolean;
}

/** A small mark in the colour of a layer or line of a chart; the name stands beside it. */
export function LayerSwatch({ colour, dashed = false }: LayerSwatchProps) {
  return (
    <span
      className={css.swatch}
      data-dashed={dashed || undefined}
      style={{ color: `var(${colour})` }}
      aria-hidden="true"
    />
  );
}

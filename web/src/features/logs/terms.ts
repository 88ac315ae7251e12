/** A field and a value that a filter can be made of. */
export interface Term {
  field: string;
  value: string;
}

/** Attributes that make an element stand for a term, so that the keys o and x know what they mean. */
export function termAttributes({ field, value }: Term) {
  return { 'data-field': field, 'data-value': value };
}

/** Returns the term that has the focus, else the one under the pointer. */
export function focusedTerm(): Term | null {
  const element =
    document.activeElement?.closest<HTMLElement>('[data-field]') ??
    document.querySelector<HTMLElement>('[data-field]:hover');
  const { field, value } = element?.dataset ?? {};
  return field !== undefined && value !== undefined ? { field, value } : null;
}

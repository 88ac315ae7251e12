import { EditorView } from '@codemirror/view';

/** Draws the editor with our tokens. */
export const editorTheme = EditorView.theme({
  '&': { background: 'none', color: 'var(--text-1)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    overflowX: 'auto',
    overflowY: 'hidden',
    scrollbarWidth: 'none',
    font: 'var(--query-size)/1.4 var(--font-mono)',
    fontVariantLigatures: 'none',
  },
  // Room for the wavy line under the text.
  '.cm-content': { padding: '5px 0', caretColor: 'var(--text-1)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--text-3)' },
  '.ql-field': { color: 'var(--syn-field)' },
  '.ql-string': { color: 'var(--syn-string)' },
  '.ql-number': { color: 'var(--syn-number)' },
  '.ql-keyword': { color: 'var(--text-1)', fontWeight: 'var(--fw-strong)' },
  '.ql-negation': { color: 'var(--text-1)', fontWeight: 'var(--fw-title)' },
  '.ql-operator': { color: 'var(--syn-op)' },
  '.ql-comment': { color: 'var(--text-3)' },
  '.ql-wrong': {
    textDecoration: 'underline wavy var(--health-critical)',
    textUnderlineOffset: '4px',
    textDecorationSkipInk: 'none',
  },
  '.cm-tooltip.cm-tooltip-autocomplete': {
    background: 'var(--surface-2)',
    border: '0',
    borderRadius: 'var(--r-3)',
    boxShadow: 'var(--shadow)',
    padding: '4px',
    marginTop: '8px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: 'var(--fs-2)',
    minWidth: '260px',
    maxWidth: 'min(520px, 90vw)',
    maxHeight: '262px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'center',
    gap: '16px',
    height: '26px',
    padding: '0 8px',
    borderRadius: 'var(--r-2)',
    color: 'var(--text-1)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--text-1)',
  },
  '.cm-completionLabel': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    fontStyle: 'normal',
    fontFamily: 'var(--font-ui)',
    color: 'var(--text-2)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > completion-section': {
    display: 'block',
    padding: '4px 8px',
    border: '0',
    fontFamily: 'var(--font-ui)',
    color: 'var(--text-3)',
    opacity: '1',
  },
});

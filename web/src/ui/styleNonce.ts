/** The word by which the page's policy knows style elements that its own code makes; empty in development. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

// Dialogs keep the page behind them from scrolling by a style element of a library that looks for the word here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

/** The charts of the page show one moment: where the pointer is in one of them, the others stand too. */
export const sharedCursor = 'system';

/** Under which the list of deletions is cached. */
export const deletionsKey = ['deletions'];

/** The groups of dead letters in the cache of requests. */
export const groupsKey = ['letter groups'] as const;

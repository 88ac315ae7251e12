/** The most characters of what is typed, as the server has them. */
export const limits = {
  userName: 64,
  title: 100,
  teamCode: 40,
} as const;

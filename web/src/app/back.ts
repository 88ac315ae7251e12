// Where one goes after signing in is part of the address, which anybody can send to anybody: it must not lead elsewhere.

const start = '/';
/** Pages that need no sign-in; to go back to them would go in circles. */
const open: readonly string[] = ['/signin', '/setup'];

/** Reports whether a page is open to nobody too. */
export function isOpenPage(path: string): boolean {
  return open.includes(path);
}

/** Takes a path of this console from the address, else the start page: never another server, and never the sign-in itself. */
export function safeBack(text: string | undefined, origin: string): string {
  if (!text?.startsWith('/')) return start;
  let url: URL;
  try {
    url = new URL(text, origin);
  } catch {
    return start;
  }
  // The browser reads //host, /\host and tabs within as another host; what it reads is what counts.
  if (url.origin !== origin || isOpenPage(url.pathname) || url.pathname.startsWith('//'))
    return start;
  return url.pathname + url.search + url.hash;
}

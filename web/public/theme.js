// Runs before the first paint, so that the page never flashes in the other theme. A file and not an inline script, so that
// the content security policy can forbid inline scripts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('haetae.theme');
  } catch {
    // Storage may be forbidden; the system's theme is shown then.
  }
  const light = matchMedia('(prefers-color-scheme: light)').matches;
  const theme = choice === 'dark' || choice === 'light' ? choice : light ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
})();

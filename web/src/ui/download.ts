/** Gives the person a file that the page made. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the blob before the next task runs; a little later is safe everywhere.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Names a file by what it holds and the moment that it is of: haetae-chart-20261120T031240Z.png. */
export function fileName(kind: string, at: number, extension: string): string {
  const moment = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  return `haetae-${kind}-${moment}.${extension}`;
}

// Prints what /logs loads before it is drawn, compressed, and fails when its JavaScript reaches the limit.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limit = 300_000; // bytes of JavaScript, gzip
const assets = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'assets');
const read = (file) => readFileSync(join(assets, file));
const size = (file) => gzipSync(read(file), { level: 9 }).length;
const kilobytes = (n) => `${(n / 1000).toFixed(1)} kB`;
const sum = (files) => files.reduce((total, file) => total + size(file), 0);

/** Adds a chunk and everything that it imports at once. */
function withImports(file, into) {
  if (into.has(file)) return into;
  into.add(file);
  for (const [, other] of read(file)
    .toString()
    .matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    withImports(other, into);
  }
  return into;
}

// The entry that the page names, then the page's own part and one language; ko is the larger one.
const page = readFileSync(join(assets, '..', 'index.html'), 'utf8');
const named = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+\.(?:js|css))"/g)].map(
  ([, file]) => file,
);
const all = readdirSync(assets);
const parts = all.filter((file) => /^(?:LogsPage|ko)-[^.]+\.js$/.test(file));
if (parts.length !== 2) throw new Error(`expected the chunks LogsPage and ko, found ${parts}`);

const first = new Set();
for (const file of [...named.filter((name) => name.endsWith('.js')), ...parts]) {
  withImports(file, first);
}
const styles = all.filter((file) => named.includes(file) && file.endsWith('.css'));
const later = all.filter((file) => file.endsWith('.js') && !first.has(file));
const scripts = sum([...first]);
console.log(
  `/logs: ${kilobytes(scripts)} JavaScript (limit ${kilobytes(limit)}), ${kilobytes(sum(styles))} CSS; later: ${kilobytes(sum(later))} JavaScript; all gzip`,
);
if (scripts >= limit) {
  console.error('the first page loads too much JavaScript');
  process.exit(1);
}

// Prints what the first page loads, compressed, and fails when its JavaScript reaches the limit.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limit = 300_000; // bytes of JavaScript, gzip
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const kilobytes = (n) => `${(n / 1000).toFixed(1)} kB`;

// The page names its entry, its style sheets, and the chunks that the entry imports at once.
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
const sum = (files) => files.reduce((total, file) => total + size(file), 0);
const scripts = sum(first.filter((file) => file.endsWith('.js')));
const styles = sum(first.filter((file) => file.endsWith('.css')));
const later = sum(
  readdirSync(join(dist, 'assets'))
    .map((file) => `assets/${file}`)
    .filter((file) => file.endsWith('.js') && !first.includes(file)),
);
console.log(
  `first page: ${kilobytes(scripts)} JavaScript (limit ${kilobytes(limit)}), ${kilobytes(styles)} CSS; later: ${kilobytes(later)} JavaScript; all gzip`,
);
if (scripts >= limit) {
  console.error('the first page loads too much JavaScript');
  process.exit(1);
}

// Fails when a text lacks one of its languages, when its placeholders differ, or when no source file uses it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const plural = /_(?:zero|one|two|few|many|other)$/;

/** Flattens { a: { b: text } } to a.b, and joins the plural forms of a text. */
function flatten(tree, prefix, into) {
  for (const [name, value] of Object.entries(tree)) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof value === 'string') {
      const base = key.replace(plural, '');
      const texts = into.get(base) ?? [];
      into.set(base, [...texts, { key, value }]);
    } else {
      flatten(value, key, into);
    }
  }
  return into;
}

function read(language) {
  const folder = join(src, 'locales', language);
  const texts = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    flatten(JSON.parse(readFileSync(join(folder, file), 'utf8')), '', texts);
  }
  return texts;
}

const placeholders = (texts) => {
  const names = texts.flatMap(({ value }) => value.match(/\{\{\w+\}\}/g) ?? []);
  return [...new Set(names)]
    .filter((name) => name !== '{{count}}')
    .sort()
    .join(' ');
};

const problems = [];
const en = read('en');
const ko = read('ko');
for (const [key, texts] of en) {
  const other = ko.get(key);
  if (!other) problems.push(`ko lacks ${key}`);
  else if (placeholders(texts) !== placeholders(other)) {
    problems.push(`${key} has other placeholders in ko`);
  }
}
for (const key of ko.keys()) if (!en.has(key)) problems.push(`en lacks ${key}`);
for (const [language, texts] of [
  ['en', en],
  ['ko', ko],
]) {
  for (const { key, value } of [...texts.values()].flat()) {
    if (value.trim() === '') problems.push(`${language}: ${key} is empty`);
  }
}

const sources = readdirSync(src, { recursive: true })
  .filter((path) => /\.tsx?$/.test(path) && !/\.(?:test|d)\.ts$/.test(path))
  .map((path) => readFileSync(join(src, path), 'utf8'))
  .join('\n');
for (const key of en.keys()) {
  // A key may be put together: t(`logs.live.phase.${phase}`), t(`access.${list}.find`).
  const begun = `${key.slice(0, key.lastIndexOf('.') + 1)}\${`;
  const around = key.replace(/\.(?!.*\..*\.)[^.]+\./, `.\${list}.`);
  if (![`'${key}'`, `\`${begun}`, `\`${around}\``].some((use) => sources.includes(use))) {
    problems.push(`${key} is used nowhere`);
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`locales: ${en.size} texts in en and ko`);

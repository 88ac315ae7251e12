// Fails when a colour is written outside of src/theme/tokens.css, or when a style uses a token that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const tokensFile = join('theme', 'tokens.css');
const literal =
  /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb)\(|:\s*(?:black|white|red|green|blue|gr[ae]y|orange|yellow|purple|pink)\b/i;

const tokens = readFileSync(join(src, tokensFile), 'utf8');
const defined = new Set(tokens.match(/--[\w-]+(?=\s*:)/g));

const problems = [];
for (const path of readdirSync(src, { recursive: true })) {
  if (!/\.(?:css|tsx?)$/.test(path) || path === tokensFile || /\.test\.ts$/.test(path)) continue;
  const text = readFileSync(join(src, path), 'utf8');
  const local = new Set(text.match(/--[\w-]+(?=\s*:)/g));
  text.split('\n').forEach((line, i) => {
    const place = `${path}:${i + 1}`;
    if (literal.test(line)) problems.push(`${place}: a literal colour: ${line.trim()}`);
    for (const [, name] of line.matchAll(/var\((--[\w-]+)/g)) {
      const shared =
        defined.has(name) || name.startsWith('--mantine-') || /^--(?:log|query)-/.test(name);
      if (!shared && !local.has(name)) problems.push(`${place}: no such token: ${name}`);
    }
  });
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`colours: only tokens (${defined.size}) are used`);

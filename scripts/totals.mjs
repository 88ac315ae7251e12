// Reads the output of "go test -json" files, shows what failed or was skipped, and writes the totals:
// totals.mjs OUT FILE...
import { readFileSync, writeFileSync } from 'node:fs';

const [out, ...files] = process.argv.slice(2);
const totals = { pass: 0, fail: 0, skip: 0 };
const output = new Map();
const broken = new Set();

function event(line) {
  try {
    return JSON.parse(line);
  } catch {
    console.log(line); // not of go test: a compiler's or a tool's own words
    return undefined;
  }
}

for (const line of files.flatMap((f) => readFileSync(f, 'utf8').split('\n'))) {
  const e = line === '' ? undefined : event(line);
  if (!e) continue;
  const key = `${e.Package ?? e.ImportPath} ${e.Test ?? ''}`;
  if (e.Action === 'output') {
    output.set(key, (output.get(key) ?? '') + e.Output);
  } else if (e.Action === 'build-output') {
    process.stdout.write(e.Output);
  } else if (e.Test && e.Action in totals) {
    totals[e.Action]++;
    if (e.Action !== 'pass') console.log(`${e.Action.toUpperCase()} ${key}\n${output.get(key) ?? ''}`);
  } else if (e.Action === 'fail') {
    broken.add(key);
    console.log(`FAIL ${key}\n${output.get(key) ?? ''}`);
  }
}
console.log(`Go: ${totals.pass} passed, ${totals.fail} failed, ${totals.skip} skipped`);
writeFileSync(out, `${totals.pass} ${Math.max(totals.fail, broken.size)} ${totals.skip}\n`);

/** A piece of a message: text, or the frames of a stack trace that are folded away. */
export interface TracePart {
  text: string;
  /** Lines that are folded; 0 for text that is shown. */
  folded: number;
}

// A frame as Java, .NET, JavaScript, Python, Ruby, Go and Rust write it, and what they write between frames.
const frame =
  /^\s+(?:at\s|File ".*", line |from\s|\.\.\. \d+ (?:more|common)|\d+:\s|\S+\.go:\d+|.*\^)|^\s{4,}\S|^[\w./*()-]+\(.*\)$|^#\d+\s/;
const shownFrames = 3;
const leastFolded = 3;

/** Splits a message into what is shown at once and runs of frames that are not: of each trace the first frames are shown. */
export function foldTrace(message: string): TracePart[] {
  const parts: TracePart[] = [];
  const add = (lines: readonly string[], fold: boolean) => {
    const last = parts.at(-1);
    const text = lines.join('\n');
    if (!fold && last?.folded === 0) last.text += `\n${text}`;
    else if (lines.length > 0) parts.push({ text, folded: fold ? lines.length : 0 });
  };
  const lines = message.split(/\r?\n/);
  let run: string[] = [];
  const close = () => {
    const fold = run.length >= shownFrames + leastFolded;
    add(fold ? run.slice(0, shownFrames) : run, false);
    if (fold) add(run.slice(shownFrames), true);
    run = [];
  };
  for (const line of lines) {
    if (frame.test(line)) run.push(line);
    else {
      if (run.length > 0) close();
      add([line], false);
    }
  }
  if (run.length > 0) close();
  return parts;
}

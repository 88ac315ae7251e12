import language from './language.json' with { type: 'json' };
import logs from './logs.json' with { type: 'json' };
import me from './me.json' with { type: 'json' };
import patterns from './patterns.json' with { type: 'json' };
import problem from './problem.json' with { type: 'json' };
import query from './query.json' with { type: 'json' };
import shell from './shell.json' with { type: 'json' };

/** What every page needs of one language, and the logs, which come first. Each file holds the texts of one part of the console. */
export default {
  ...shell,
  ...problem,
  ...language,
  ...logs,
  ...me,
  ...patterns,
  ...query,
};

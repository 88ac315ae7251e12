import access from './access.json' with { type: 'json' };
import account from './account.json' with { type: 'json' };
import pipeline from './pipeline.json' with { type: 'json' };
import sources from './sources.json' with { type: 'json' };
import system from './system.json' with { type: 'json' };

/** Texts of the pages behind the first one; they are loaded with the page. */
export default { ...access, ...account, ...pipeline, ...sources, ...system };

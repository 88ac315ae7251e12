import access from './access.json' with { type: 'json' };
import account from './account.json' with { type: 'json' };

/** Texts of the pages that few people open; they are loaded with the page. */
export default { ...access, ...account };

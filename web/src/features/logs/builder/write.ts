import { exactTerm } from '../query/edit';
import { quoteName } from '../query/quote';
import {
  type BuilderTerm,
  type Built,
  type Condition,
  extractNames,
  extracts,
  isCondition,
  type Summary,
} from './model';

/** Writes a built query as LogsQL. */
export function writeQuery(built: Built): string {
  const filter = built.groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const terms = group.map(writeTerm);
      return terms.length === 1 ? terms[0] : `(${terms.join(' or ')})`;
    })
    .join(' ');
  return [filter || '*', ...writePipes(built)].join(' | ');
}

function writePipes({ summary, extracts: used, sort, limit }: Built): string[] {
  const pipes = extractNames
    .filter((name) => used.includes(name))
    .map((name) => `extract_regexp \`${extracts[name]}\``);
  if (summary && isTop(summary) && sort.field === summary.name && sort.order === 'desc' && limit) {
    return [...pipes, `top ${limit} by (${summary.by.map(quoteName).join(', ')})`];
  }
  if (summary) pipes.push(writeStats(summary));
  if (sort.field) {
    pipes.push(`sort by (${quoteName(sort.field)}${sort.order === 'desc' ? ' desc' : ''})`);
  }
  if (limit) pipes.push(`limit ${limit}`);
  return pipes;
}

/** Groups that the pipe "top" counts. */
function isTop({ by, step, measure, name }: Summary): boolean {
  return by.length > 0 && step === '' && measure === 'count' && name === 'hits';
}

function writeStats({ by, step, measure, field, name }: Summary): string {
  const groups = [...(step ? [`_time:${step}`] : []), ...by.map(quoteName)];
  const taken = field ? quoteName(field) : '';
  const call = measure === 'p95' ? `quantile(0.95, ${taken})` : `${measure}(${taken})`;
  return `stats${groups.length ? ` by (${groups.join(', ')})` : ''} ${call} as ${quoteName(name)}`;
}

/** Writes one term of a filter. */
export function writeTerm(term: BuilderTerm): string {
  if (!isCondition(term)) return term.written;
  return `${term.not ? '-' : ''}${writeCondition(term)}`;
}

function writeCondition({ field, operator, value }: Condition): string {
  const name = quoteName(field);
  const lead = field === '_msg' ? '' : `${name}:`;
  const text = JSON.stringify(value);
  const plain = /^[\p{L}\d_.]+$/u.test(value) && !/^(?:and|or|not)$/i.test(value);
  const bare = plain ? value : text;
  switch (operator) {
    case 'has':
      return `${lead}${bare}`;
    case 'is':
      return field === '_msg' ? `=${text}` : exactTerm(field, value);
    case 'starts':
      return `${lead}=${text}*`;
    case 'pattern':
      return `${lead}~${text}`;
    case 'more':
      return `${name}:>${bare}`;
    case 'atLeast':
      return `${name}:>=${bare}`;
    case 'less':
      return `${name}:<${bare}`;
    case 'atMost':
      return `${name}:<=${bare}`;
    case 'there':
      return `${name}:*`;
    case 'missing':
      return `${name}:""`;
  }
}

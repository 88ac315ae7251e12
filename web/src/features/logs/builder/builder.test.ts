import { describe, expect, it } from 'vitest';
import { nothing } from './model';
import { readQuery } from './read';
import { readTerm } from './readFilter';
import { writeQuery } from './write';

const again = (query: string) => {
  const built = readQuery(query);
  return built && writeQuery(built);
};

describe('builder', () => {
  it('writes what it reads', () => {
    for (const query of [
      '*',
      'error',
      '"connection refused" -host.name:="web-1"',
      '(_severity:="error" or _severity:="fatal") service.name:="sshd"',
      'took:>1.5s status:>=500 user:* -name:"" path:="/api"* ~"GET|POST"',
      '"odd:name":=5',
      'error | stats by (host.name) count() as hits',
      'error | stats by (_time:5m, host.name) quantile(0.95, took) as p95_took | sort by (p95_took) | limit 3',
      '* | top 10 by (host.name, service.name)',
      '* | sort by (_time)',
      '* | sort by (took desc) | limit 20',
      'error | extract_regexp `(?P<msg_address>\\d{1,3}(?:\\.\\d{1,3}){3})` | top 10 by (msg_address)',
    ]) {
      expect(again(query), query).toBe(query);
    }
  });

  it('reads other ways to write the same', () => {
    expect(again('not error AND host=web-1')).toBe('-error host:="web-1"');
    expect(again('error or warn')).toBe('(error or warn)');
    expect(again("name:'a b' status!=5")).toBe('name:"a b" -status:=5');
    expect(again('* | stats by (a) count() as hits | sort by (hits desc) | limit 5')).toBe(
      '* | top 5 by (a)',
    );
  });

  it('keeps as it is written what no chip can show', () => {
    for (const term of [
      '{app="nginx"}',
      'err*',
      'user:in(a, "b c")',
      '(a b or c)',
      '_time:5m',
      'status:range[500, 600)',
      'host:(a or b)',
    ]) {
      expect(readQuery(term)?.groups, term).toEqual([[{ written: term }]]);
      expect(again(`x ${term} y | limit 5`), term).toBe(`x ${term} y | limit 5`);
    }
    // Alternatives must stay together when another condition comes beside them.
    expect(again('a b or c d')).toBe('(a b or c d)');
    expect(again('(a b) or (c d)')).toBe('((a b) or (c d))');
  });

  it('says which pipes it cannot show', () => {
    for (const query of [
      '* | extract "a=<a> "',
      '* | stats count() as a, sum(b) as c',
      '* | stats by (size:10KiB) count() as n',
      '* | limit 5 | sort by (a)',
      '* | fields a',
      '* # note',
      '* | stats by (a) count() if (x) as n',
      '* | stats by (a',
      '* |',
    ]) {
      expect(readQuery(query), query).toBeNull();
    }
  });

  it('tells conditions apart', () => {
    expect(readTerm('-host.name:="web 1"')).toEqual({
      field: 'host.name',
      operator: 'is',
      value: 'web 1',
      not: true,
    });
    expect(readTerm('!!x')).toEqual({ field: '_msg', operator: 'has', value: 'x', not: false });
    expect(writeQuery(nothing)).toBe('*');
  });
});

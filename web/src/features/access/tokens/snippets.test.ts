import { describe, expect, it } from 'vitest';
import { shippers, snippetOf } from './snippets';

const listen = { http: '0.0.0.0:9428', 'otlp.http': '0.0.0.0:4318' };
const plain = { listen, host: 'logs.example', secure: false };

describe('a shipper with a token', () => {
  it.each(shippers)('is told the token once, and where the server is: %s', (shipper) => {
    const { text, run } = snippetOf(shipper, 'hae_ab_cd', plain);
    expect(`${text}\n${run}`.split('hae_ab_cd')).toHaveLength(2);
    expect(`${text}\n${run}`).toContain('logs.example');
    expect(`${text}\n${run}`).not.toMatch(/\{\{(?:token|host|port|ca)\}\}/);
  });

  it.each(shippers)('trusts the certificate of a server that speaks TLS: %s', (shipper) => {
    const { text, run } = snippetOf(shipper, 'hae_ab_cd', { ...plain, secure: true });
    expect(`${text}\n${run}`).toContain('haetae-ca.pem');
    expect(`${text}\n${run}`).not.toMatch(/http:\/\/|insecure/);
  });

  it('is told it in the field that it has for it', () => {
    const textOf = (shipper: (typeof shippers)[number]) => {
      const { text, run } = snippetOf(shipper, 'T', plain);
      return `${text}\n${run}`;
    };
    expect(textOf('curl')).toContain(` -K - <<'END'\nheader = "Authorization: Bearer T"\nEND`);
    expect(textOf('vector')).toMatch(/strategy: basic\n +user: token\n +password: "T"/);
    expect(textOf('fluent-bit')).toMatch(/ {6}http_user: token\n {6}http_passwd: T\n/);
    expect(textOf('otel-collector')).toMatch(/ {4}headers:\n {6}Authorization: "Bearer T"\n/);
    expect(textOf('filebeat')).toMatch(/\n {2}api_key: "token:T"\n/);
  });
});

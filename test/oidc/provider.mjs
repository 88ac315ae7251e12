// A provider of OpenID Connect on loopback, for tests: panva's certified library, with people who sign in by any password.
// It prints its issuer, and ends with its standard input.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const people = {
  kim: { name: '김하늘', email: 'kim@example.com', email_verified: true, groups: ['web'] },
  lee: { name: 'Lee Min', email: 'lee@example.com', email_verified: true, groups: ['web', 'ops'] },
  guest: { name: 'Guest', email: 'guest@example.com', email_verified: true, groups: [] },
};

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'haetae',
      client_secret: 'a-secret-of-the-client',
      application_type: 'native', // so that the port of the redirect is free (RFC 8252 section 7.3)
      redirect_uris: ['http://127.0.0.1/api/v1/oidc/callback'],
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
  // Without this the claims are in the user info alone, as with many providers.
  conformIdTokenClaims: process.argv.includes('--small-tokens'),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) =>
    people[id] && { accountId: id, claims: () => ({ sub: id, preferred_username: id, ...people[id] }) },
  // Nobody is asked whether Haetae may know them.
  async loadExistingGrant(ctx) {
    const { client, session, params } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
  cookies: { keys: ['of a test'] },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
});
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

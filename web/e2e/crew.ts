import { admin, call, signInByAPI } from './account';
import { hour } from './console';
import { Server } from './server';

/** Whoever looks at a page of a server with accounts; `seen` is the administrator who looks as the viewer. */
export type Member = 'admin' | 'viewer' | 'seen' | 'stranger';

const password = 'a password of her own 7';

/** A server with accounts of each kind, a team, tokens, a masked field, and the trail of all that. */
export class Crew {
  private constructor(
    readonly server: Server,
    private readonly cookies: Readonly<Record<Member, string>>,
  ) {}

  static async start(): Promise<Crew> {
    const server = await Server.start();
    await server.send(hour());
    await server.makeAdmin(admin.name, admin.password);
    const own = await signInByAPI(server, admin.name, admin.password);
    const edge = { datasets: ['logs'], stream: '{service.name="nginx-edge"}' };
    await call(server, own, 'POST', '/api/v1/teams', {
      code: 'edge',
      name: 'Edge',
      grants: [edge],
    });
    const jane = { name: 'jane', full_name: 'Jane', email: '', everything: false, teams: ['edge'] };
    const made = await call(server, own, 'POST', '/api/v1/users', { ...jane, role: 'viewer' });
    const { id, password: first } = made as { id: string; password: string };
    const given = await signInByAPI(server, jane.name, first);
    await call(server, given, 'PUT', '/api/v1/account/password', { old: first, new: password });
    await call(server, own, 'PUT', '/api/v1/roles/viewer', { masked: ['order_id'] });
    for (const role of ['ingest', 'viewer']) {
      await call(server, own, 'POST', '/api/v1/tokens', {
        name: `for ${role}`,
        role,
        datasets: [],
      });
    }
    const seen = await signInByAPI(server, admin.name, admin.password);
    await call(server, seen, 'PUT', '/api/v1/session/view', { user: id });
    const viewer = await signInByAPI(server, jane.name, password);
    return new Crew(server, { admin: own, viewer, seen, stranger: '' });
  }

  /** The cookies of a browser that somebody uses. */
  cookiesOf(who: Member): { name: string; value: string; url: string }[] {
    const pairs = this.cookies[who].split('; ').filter(Boolean);
    return pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return { name, value: value.join('='), url: this.server.url };
    });
  }
}

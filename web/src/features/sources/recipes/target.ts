import type { Values, Variant } from './recipes';

/** Where a variant's lines go to. */
export interface Target {
  /** As the server listens; missing when nothing does. */
  address?: string;
  /** Only senders on the server's own machine get through. */
  loopback: boolean;
  /** The key of the configuration that sets the address. */
  key: string;
  values: Values;
}

/** Where the certificate that signed the server's is expected on a sender. */
const ca = '/etc/ssl/certs/haetae-ca.pem';
/** Ports to propose for what does not listen. */
const usualPorts: Readonly<Record<string, string>> = { 'syslog.tls': '6514' };

/** Finds what to write as the server's address: its own where it is one, else the one by which this page was reached. */
export function targetOf(
  variant: Variant,
  listen: Readonly<Record<string, string>>,
  pageHost: string,
): Target {
  const address = listen[variant.listen];
  const { host, port } = split(address ?? '');
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const anywhere = host === '' || host === '0.0.0.0' || host === '::';
  return {
    ...(address && { address }),
    loopback,
    key: keyOf(variant.listen),
    values: {
      host: anywhere ? pageHost : host,
      port: port || (usualPorts[variant.listen] ?? ''),
      protocol: variant.listen.endsWith('.udp') ? 'UDP' : 'TCP',
      ca,
    },
  };
}

function split(address: string): { host: string; port: string } {
  const found = /^\[?(.*?)\]?:(\d+)$/.exec(address);
  return { host: found?.[1] ?? '', port: found?.[2] ?? '' };
}

function keyOf(listen: string): string {
  if (listen === 'http') return 'http.listen';
  return listen === 'syslog.tls' ? 'inputs.syslog.tls.listen' : `inputs.${listen}`;
}

/** Returns what lets senders on other machines in: settings for syslog, a tunnel for what may not listen beyond this machine. */
export function beyondLoopback(variant: Variant, { values }: Target): string {
  const { port } = values;
  if (!variant.listen.startsWith('syslog.')) {
    return `ssh -N -R ${port}:127.0.0.1:${port} USER@SENDER`;
  }
  const transport = variant.listen.slice('syslog.'.length);
  const where =
    transport === 'tls'
      ? `    tls:\n      listen: 0.0.0.0:${port}`
      : `    ${transport}: 0.0.0.0:${port}`;
  return `inputs:\n  syslog:\n${where}\n    allow: [10.0.0.0/8]`;
}

/** Returns the settings with which the variant's listener starts. */
export function listenerSettings(variant: Variant, { values }: Target): string {
  if (variant.listen === 'syslog.tls') {
    return [
      'inputs:',
      '  syslog:',
      '    tls:',
      `      listen: 0.0.0.0:${values.port}`,
      '      cert: /etc/haetae/cert.pem',
      '      key: /etc/haetae/key.pem',
      '    allow: [10.0.0.0/8]',
    ].join('\n');
  }
  const [input = '', setting = ''] = variant.listen.split('.');
  const usual: Readonly<Record<string, string>> = { grpc: '4317', http: '4318' };
  return `inputs:\n  ${input}:\n    ${setting}: 127.0.0.1:${usual[setting] ?? '5514'}`;
}

import {
  configuration,
  fill,
  type Recipe,
  recipes,
  type Variant,
} from '../../sources/recipes/recipes';
import { targetOf } from '../../sources/recipes/target';

/** The shippers whose configuration is shown with a token, each by one of its recipes. */
export const shippers = ['curl', 'vector', 'fluent-bit', 'otel-collector', 'filebeat'] as const;
export type Shipper = (typeof shippers)[number];

/** A piece of a text, and what takes its place. */
type Edit = readonly [find: RegExp, put: string];

// What each shipper calls the token, behind a line that its recipe has. Those without a field for a bearer token send it as the
// password of HTTP's Basic scheme, or as an API key of Elasticsearch; the user and the key's id do not count.
const withToken: Readonly<Record<Shipper, Edit>> = {
  // On standard input: every user of a machine can list the arguments of its programs.
  curl: [/^curl .*$/m, `$& -K - <<'END'\nheader = "Authorization: Bearer {{token}}"\nEND`],
  vector: [
    /^ {4}api_version: .*$/m,
    '$&\n    auth:\n      strategy: basic\n      user: token\n      password: "{{token}}"',
  ],
  'fluent-bit': [/^ {6}port: .*$/m, '$&\n      http_user: token\n      http_passwd: {{token}}'],
  'otel-collector': [
    /^ {4}endpoint: http.*$/m,
    '$&\n    headers:\n      Authorization: "Bearer {{token}}"',
  ],
  filebeat: [/^ {2}hosts: .*$/m, '$&\n  api_key: "token:{{token}}"'],
};

// The same for a server that speaks TLS, with the certificate that signed its own.
const withTLS: Readonly<Record<Shipper, Edit>> = {
  curl: [/^curl /m, '$&--cacert {{ca}} '],
  vector: [/^ {4}api_version: .*$/m, '$&\n    tls:\n      ca_file: {{ca}}'],
  'fluent-bit': [/^ {6}port: .*$/m, '$&\n      tls: on\n      tls.ca_file: {{ca}}'],
  'otel-collector': [/^ {6}insecure: true$/m, '      ca_file: {{ca}}'],
  filebeat: [/^ {2}hosts: .*$/m, '$&\n  ssl.certificate_authorities: ["{{ca}}"]'],
};

/** What to write and to run, so that a shipper sends with a token. */
export interface Snippet {
  /** Where the text is saved; missing when there is only something to run. */
  file: string;
  text: string;
  run: string;
}

/** Where the server is, as the page knows it. */
export interface Place {
  /** Its listeners by name, from the status. */
  listen: Readonly<Record<string, string>>;
  /** The host and scheme by which this page was reached. */
  host: string;
  secure: boolean;
}

/** Writes the configuration with which a shipper sends with a token. */
export function snippetOf(shipper: Shipper, token: string, place: Place): Snippet {
  const variant = variantOf(shipper);
  const { values } = targetOf(variant, place.listen, place.host);
  const all = { ...values, token };
  const write = (text: string) => {
    const [find, put] = withToken[shipper];
    let written = text.replace(find, put);
    if (place.secure) {
      written = written.replace(...withTLS[shipper]).replaceAll('http://', 'https://');
    }
    return fill(written, all);
  };
  return {
    file: variant.file,
    text: write(configuration(variant, values)),
    run: write(fill(variant.run, values)),
  };
}

/** Returns the recipe's name, which is the shipper's own. */
export function nameOf(shipper: Shipper): string {
  return recipeOf(shipper).name;
}

function recipeOf(shipper: Shipper): Recipe {
  const recipe = recipes.find(({ id }) => id === shipper);
  if (!recipe) throw new Error(`there is no recipe for ${shipper}`);
  return recipe;
}

function variantOf(shipper: Shipper): Variant {
  const variant = recipeOf(shipper).variants.find(({ id }) => id === 'http');
  if (!variant) throw new Error(`${shipper} has no recipe over HTTP`);
  return variant;
}

// Sends two lines "first TOKEN" (info) and "second TOKEN" (error) with one client library: send.mjs CLIENT TOKEN.
// Addresses come from the environment: HTTP, OTLP_HTTP, OTLP_GRPC, SYSLOG_UDP, SYSLOG_TCP, each host:port.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [client, token] = process.argv.slice(2);
const env = process.env;
const lines = [["info", `first ${token}`], ["error", `second ${token}`]];
const documents = lines.map(([level, message]) => ({ message, level, service: "pay", nested: { order: 7 } }));

const settle = (ms) => new Promise((done) => setTimeout(done, ms)); // libraries without a flush send on a timer

async function through(logger) {
  for (const [level, message] of lines) logger[level](message);
}

async function otlp(module, url) {
  const { OTLPLogExporter } = require(module);
  const { LoggerProvider, BatchLogRecordProcessor } = require("@opentelemetry/sdk-logs");
  const { resourceFromAttributes } = require("@opentelemetry/resources");
  const { SeverityNumber } = require("@opentelemetry/api-logs");
  const processor = new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) });
  const provider = new LoggerProvider({ resource: resourceFromAttributes({ "service.name": "pay" }), processors: [processor] });
  const logger = provider.getLogger("pay");
  for (const [level, body] of lines) {
    logger.emit({ body, severityNumber: level === "info" ? SeverityNumber.INFO : SeverityNumber.ERROR });
  }
  await provider.forceFlush();
  await provider.shutdown();
}

const clients = {
  async elasticsearch() {
    const { Client } = require("@elastic/elasticsearch");
    const es = new Client({ node: `http://${env.HTTP}/insert/elasticsearch`, compression: true });
    const result = await es.helpers.bulk({ datasource: documents, onDocument: () => ({ create: { _index: "app" } }) });
    if (result.successful !== 2) throw new Error(JSON.stringify(result));
  },
  async opensearch() {
    const { Client } = require("@opensearch-project/opensearch");
    const os = new Client({ node: `http://${env.HTTP}/insert/elasticsearch` });
    const result = await os.helpers.bulk({ datasource: documents, onDocument: () => ({ index: { _index: "app" } }) });
    if (result.successful !== 2) throw new Error(JSON.stringify(result));
  },
  async pinoElasticsearch() {
    const stream = require("pino-elasticsearch")({ node: `http://${env.HTTP}/insert/elasticsearch`, index: "app", flushBytes: 1, flushInterval: 100 });
    stream.on("insertError", (e) => { throw e; });
    through(require("pino")({ base: { service: "pay" } }, stream));
    await settle(1500);
  },
  async winstonElasticsearch() {
    const { ElasticsearchTransport } = require("winston-elasticsearch");
    const transport = new ElasticsearchTransport({ clientOpts: { node: `http://${env.HTTP}/insert/elasticsearch` }, flushInterval: 100 });
    transport.on("error", (e) => { throw e; });
    through(require("winston").createLogger({ transports: [transport] }));
    await transport.flush();
    await settle(1500);
  },
  async pinoLoki() {
    const { pinoLoki } = require("pino-loki");
    const stream = pinoLoki({ host: `http://${env.HTTP}/insert/`, labels: { service: "pay" }, batching: false, silenceErrors: false });
    through(require("pino")({}, stream));
    await settle(1500);
  },
  async winstonLoki() {
    const LokiTransport = require("winston-loki");
    const winston = require("winston");
    const transport = new LokiTransport({ host: `http://${env.HTTP}/insert`, labels: { service: "pay" }, json: true, format: winston.format.json(), interval: 1, onConnectionError: (e) => { throw e; } });
    through(winston.createLogger({ transports: [transport] }));
    await transport.flush();
    await settle(1500);
  },
  async winstonSyslog() {
    const { Syslog } = require("winston-syslog");
    const winston = require("winston");
    const [host, port] = env.SYSLOG_UDP.split(":");
    const transport = new Syslog({ host, port: Number(port), protocol: "udp4", type: "5424", app_name: "pay", facility: "local3" });
    transport.on("error", (e) => { throw e; });
    through(winston.createLogger({ levels: winston.config.syslog.levels, transports: [transport] }));
    await settle(1500);
  },
  otlpJSON: () => otlp("@opentelemetry/exporter-logs-otlp-http", `http://${env.OTLP_HTTP}/v1/logs`),
  otlpProto: () => otlp("@opentelemetry/exporter-logs-otlp-proto", `http://${env.OTLP_HTTP}/v1/logs`),
  otlpGRPC: () => otlp("@opentelemetry/exporter-logs-otlp-grpc", `http://${env.OTLP_GRPC}`),
};

await clients[client]();
process.exit(0);

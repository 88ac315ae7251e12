import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.net.SyslogAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.github.loki4j.logback.JavaHttpSender;
import com.github.loki4j.logback.JsonEncoder;
import com.github.loki4j.logback.Loki4jAppender;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import org.apache.http.HttpHost;
import org.apache.logging.log4j.core.appender.SyslogAppender.Builder;
import org.elasticsearch.client.RestClient;
import org.slf4j.LoggerFactory;

/**
 * Sends two lines "first TOKEN" (info) and "second TOKEN" (error) with one client library: Send CLIENT TOKEN. Addresses come from the
 * environment: HTTP, OTLP_HTTP, OTLP_GRPC, SYSLOG_UDP, SYSLOG_TCP, each host:port.
 */
public final class Send {
  private static final String[] WORDS = {"first", "second"};

  public static void main(String[] args) throws Exception {
    String token = args[1];
    switch (args[0]) {
      case "elasticsearch" -> elasticsearch(token);
      case "loki4j" -> loki4j(token);
      case "logbackSyslog" -> logbackSyslog(token);
      case "log4jSyslog" -> log4jSyslog(token);
      case "otlpHTTP" -> otlp(OtlpHttpLogRecordExporter.builder().setEndpoint("http://" + env("OTLP_HTTP") + "/v1/logs").setCompression("gzip").build(), token);
      case "otlpGRPC" -> otlp(OtlpGrpcLogRecordExporter.builder().setEndpoint("http://" + env("OTLP_GRPC")).build(), token);
      case "log4jConfigured" -> log4jConfigured(token);
      case "logbackConfigured" -> logbackConfigured(token);
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.exit(0);
  }

  private static void elasticsearch(String token) throws Exception {
    RestClient rest = RestClient.builder(HttpHost.create("http://" + env("HTTP"))).setPathPrefix("/insert/elasticsearch").setCompressionEnabled(true).build();
    ElasticsearchClient es = new ElasticsearchClient(new RestClientTransport(rest, new JacksonJsonpMapper()));
    BulkResponse r = es.bulk(b -> {
      for (String word : WORDS) {
        Map<String, Object> document = Map.of("message", word + " " + token, "level", word.equals("first") ? "info" : "error", "service", "pay", "nested", Map.of("order", 7));
        b.operations(o -> o.create(c -> c.index("app").document(document)));
      }
      return b;
    });
    if (r.errors() || r.items().size() != 2) {
      throw new IllegalStateException(r.toString());
    }
  }

  private static void otlp(LogRecordExporter exporter, String token) {
    SdkLoggerProvider provider = SdkLoggerProvider.builder()
        .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "pay")))
        .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter)).build();
    for (String word : WORDS) {
      provider.get("pay").logRecordBuilder().setBody(word + " " + token).setSeverity(word.equals("first") ? Severity.INFO : Severity.ERROR).emit();
    }
    if (!provider.shutdown().join(10, java.util.concurrent.TimeUnit.SECONDS).isSuccess()) {
      throw new IllegalStateException("the export failed");
    }
  }

  private static void loki4j(String token) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    JavaHttpSender sender = new JavaHttpSender();
    sender.setUrl("http://" + env("HTTP") + "/insert/loki/api/v1/push");
    JsonEncoder encoder = new JsonEncoder();
    JsonEncoder.LabelCfg label = new JsonEncoder.LabelCfg();
    label.setPattern("service=pay,level=%level");
    encoder.setLabel(label);
    PatternLayout message = new PatternLayout();
    message.setPattern("%msg");
    message.setContext(context);
    message.start();
    encoder.setMessage(message);
    encoder.setContext(context);
    Loki4jAppender appender = new Loki4jAppender();
    appender.setHttp(sender);
    appender.setFormat(encoder);
    through(context, appender, token);
  }

  private static void logbackSyslog(String token) {
    SyslogAppender appender = new SyslogAppender();
    String[] at = env("SYSLOG_UDP").split(":");
    appender.setSyslogHost(at[0]);
    appender.setPort(Integer.parseInt(at[1]));
    appender.setFacility("LOCAL3");
    appender.setSuffixPattern("pay: %msg");
    through((LoggerContext) LoggerFactory.getILoggerFactory(), appender, token);
  }

  private static void through(LoggerContext context, Appender<ILoggingEvent> appender, String token) {
    context.getLogger("ROOT").setLevel(Level.OFF);
    appender.setContext(context);
    appender.start();
    Logger log = context.getLogger("pay");
    log.setLevel(Level.DEBUG);
    log.addAppender(appender);
    log.info("first " + token);
    log.error("second " + token);
    appender.stop();
  }

  private static void log4jSyslog(String token) {
    String[] at = env("SYSLOG_TCP").split(":");
    org.apache.logging.log4j.core.LoggerContext context = new org.apache.logging.log4j.core.LoggerContext("send");
    context.start();
    @SuppressWarnings({"rawtypes", "unchecked"})
    Builder<?> builder = (Builder<?>) org.apache.logging.log4j.core.appender.SyslogAppender.newSyslogAppenderBuilder();
    var appender = builder.setHost(at[0]).setPort(Integer.parseInt(at[1])).setName("syslog")
        .setFormat("RFC5424").setAppName("pay").setFacility(org.apache.logging.log4j.core.net.Facility.LOCAL3).setNewLine(true)
        .setConfiguration(context.getConfiguration()).build();
    appender.start();
    var log = context.getLogger("pay");
    log.addAppender(appender);
    context.getRootLogger().setLevel(org.apache.logging.log4j.Level.DEBUG);
    log.setLevel(org.apache.logging.log4j.Level.DEBUG);
    log.info("first " + token);
    log.error("second " + token);
    context.stop();
  }

  /** Logs as an application does whose configuration the system property log4j2.configurationFile names. */
  private static void log4jConfigured(String token) {
    var log = org.apache.logging.log4j.LogManager.getLogger("hello");
    log.info("first " + token);
    log.error("second " + token);
    org.apache.logging.log4j.LogManager.shutdown();
  }

  /** As log4jConfigured, with logback.configurationFile. */
  private static void logbackConfigured(String token) {
    var log = LoggerFactory.getLogger("hello");
    log.info("first " + token);
    log.error("second " + token);
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static String env(String name) {
    return System.getenv(name);
  }
}

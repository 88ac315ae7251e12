"""Sends two lines "first TOKEN" (info) and "second TOKEN" (error) with one client library: send.py CLIENT TOKEN.

Addresses come from the environment: HTTP, OTLP_HTTP, OTLP_GRPC, SYSLOG_UDP, SYSLOG_TCP, each host:port.
"""

import logging
import logging.handlers
import os
import socket
import sys

LINES = [("info", "first"), ("error", "second")]


def address(name):
    host, port = os.environ[name].rsplit(":", 1)
    return host, int(port)


def documents(token):
    for level, word in LINES:
        yield {"message": f"{word} {token}", "level": level, "service": "pay", "nested": {"order": 7}}


def elasticsearch(token):
    from elasticsearch import Elasticsearch, helpers

    es = Elasticsearch(f"http://{os.environ['HTTP']}/insert/elasticsearch", http_compress=True)
    es.info()
    done, errors = helpers.bulk(es, ({"_op_type": "create", "_index": "app", "_source": d} for d in documents(token)))
    assert done == 2 and not errors, (done, errors)


def opensearch(token):
    from opensearchpy import OpenSearch, helpers

    host, port = address("HTTP")
    client = OpenSearch([{"host": host, "port": port, "url_prefix": "insert/elasticsearch"}], http_compress=True)
    client.info()
    done, errors = helpers.bulk(client, ({"_index": "app", "_source": d} for d in documents(token)))
    assert done == 2 and not errors, (done, errors)


def logging_loki(token):
    import logging_loki

    handler = logging_loki.LokiHandler(f"http://{os.environ['HTTP']}/insert/loki/api/v1/push", tags={"service": "pay"}, version="1")
    handler.handleError = lambda record: sys.exit("the push failed")
    through(handler, token)


def loki_logger_handler(token):
    from loki_logger_handler.loki_logger_handler import LokiLoggerHandler

    handler = LokiLoggerHandler(url=f"http://{os.environ['HTTP']}/insert/loki/api/v1/push", labels={"service": "pay"}, timeout=1)
    through(handler, token)
    handler.flush_thread.join(0.1)
    handler.flush()


def otlp(exporter, token, attributes={"service.name": "pay"}):
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    provider = LoggerProvider(resource=Resource.create(attributes))
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    through(LoggingHandler(logger_provider=provider), token)
    assert provider.force_flush(), "the export failed"
    provider.shutdown()


def otlp_http(token):
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter

    otlp(OTLPLogExporter(endpoint=f"http://{os.environ['OTLP_HTTP']}/v1/logs", compression=Compression.Gzip), token)


def otlp_grpc(token):
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter

    otlp(OTLPLogExporter(endpoint=f"http://{os.environ['OTLP_GRPC']}", insecure=True), token)


def otlp_environment(token):
    """Takes address, protocol and service from the OTEL_ variables alone, as an application does that knows no Haetae."""
    if os.environ["OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"] == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    else:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    otlp(OTLPLogExporter(), token, {})


def syslog_udp(token):
    through(logging.handlers.SysLogHandler(address=address("SYSLOG_UDP"), facility="local3"), token, "pay: %(message)s")


def rfc5424(token):
    from rfc5424logging import Rfc5424SysLogHandler

    through(Rfc5424SysLogHandler(address=address("SYSLOG_TCP"), socktype=socket.SOCK_STREAM, appname="pay", facility=19), token)


def through(handler, token, form=None):
    if form:
        handler.setFormatter(logging.Formatter(form))
    log = logging.getLogger("pay")
    log.setLevel(logging.DEBUG)
    log.addHandler(handler)
    for level, word in LINES:
        getattr(log, level)("%s %s", word, token)
    handler.flush()


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])

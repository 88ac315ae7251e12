#!/bin/bash
# Makes a data folder as an old Haetae leaves it: nine segments and five records in the queue that are in none.
# usage: make.sh HAETAE OUT.tar.gz
set -eu
haetae=$1; out=$(realpath -m "$2"); data=$(mktemp -d)
flags="--set data=$data --set http.listen=127.0.0.1:7799 --set queue.partitions=1 --set inputs.syslog.enabled=false
 --set inputs.otlp.enabled=false --set inputs.files.enabled=false --set inputs.journald.local=false --set inputs.self.enabled=false"
row() { # a JSON object, a line that nginx writes, and bytes that are no text
  printf '{"_msg":"round %d row %d","host":"h%d","app":"a","level":"info","n":"%d"}\n' "$1" "$2" $(($2 % 2)) "$2"
  printf '{"_msg":"192.0.2.%d - - [21/Nov/2026:13:0%d:0%d +0000] \\"GET /v1/%d HTTP/1.1\\" 200 %d \\"-\\" \\"curl/8\\"","host":"web","app":"nginx"}\n' "$2" "$1" "$2" "$2" "$(($2 * 100))"
  printf '{"_msg":"bytes \\u0000 \xff round %d row %d","host":"h0","app":"raw"}\n' "$1" "$2"
}
send() { for i in 1 2 3 4 5; do row "$1" "$i"; done | curl -sSf --retry 20 --retry-all-errors --retry-delay 0 --data-binary @- \
  'http://127.0.0.1:7799/insert/jsonline?_stream_fields=host,app' >/dev/null; }
for round in 1 2 3 4 5 6 7 8 9; do
  $haetae server $flags >/dev/null 2>&1 & pid=$!
  send $round; kill -TERM $pid; wait $pid
done
$haetae server $flags >/dev/null 2>&1 & pid=$!
send 0; kill -KILL $pid; wait $pid || true
rm -f "$data/lock" "$data/haetae.sock"
tar -C "$data" --sort=name --mtime=@0 --owner=0 --group=0 -czf "$out" .
rm -r "$data"

# make run    build everything and start Haetae on http://127.0.0.1:7700
# make run-kafka   the same with its queue on a broker of Apache Kafka, which it starts (Java and Maven)
# make test   every test; on Debian as root scripts/setup-debian installs the peers that tests talk to
SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X github.com/haetae/haetae/internal/app.version=$(VERSION)
WEB     := $(shell find web/src web/public web/index.html web/*.json web/*.ts web/*.mjs -type f 2>/dev/null)

.PHONY: run run-kafka build test soak bench bench-kafka bench-kafka-curves bench-web lint package try-packages fmt setup clean

run: build
	./build/haetae server

run-kafka: build
	scripts/kafka-jars
	@echo 'run-kafka: compiling what starts the broker'
	exec go run ./test/kafka/run

build: build/haetae

build/haetae: web/dist/index.html $(shell find cmd internal web -name '*.go' -o -name '*.sql' -o -name '*.html' | grep -v node_modules) go.mod go.sum
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/haetae

web/dist/index.html: web/node_modules/.package-lock.json $(WEB)
	cd web && npm run --silent build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund

setup:
	scripts/setup-debian

test: setup lint build
	scripts/test

# The same fault tests for longer: SOAK=30m make soak
soak: build
	scripts/kafka-jars
	HAETAE_SOAK=$${SOAK:-5m} go test ./test/... -run 'Crash|Kill|Soak' -count=1 -timeout 6h -v
	cd web && HAETAE_SOAK_SECONDS=600 npm run --silent e2e -- --grep @load --project='1440 en dark'

# PEER=path/of/victoria-logs runs the same rows through that binary in the same minutes and prints ratios
bench: build
	go run ./bench/engine
	go run ./bench/patterns
	go run ./bench/run $(if $(PEER),-peer $(PEER))

# The usual rows through Kafka, beside the queue on disk; its tables replace those in docs/kafka.md
bench-kafka: build
	scripts/kafka-jars
	go run ./bench/run -case kafka -rows 1000000 -out docs

# What partitions, batches, compression and fetches bring and cost: tables and figures of docs/kafka.md, in five minutes
bench-kafka-curves: build
	scripts/kafka-jars
	go run ./bench/run -case kafka-curves -rows 400000 -out docs

# How soon /logs is painted and what it loads; PEER_URL=http://... measures another page in turn
bench-web: build
	node bench/web/first-paint.mjs

lint: web/node_modules/.package-lock.json
	@test -z "$$(go tool gofumpt -l cmd internal test bench packaging web/embed.go)" || { go tool gofumpt -d cmd internal test bench packaging web/embed.go; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	cd web && npm run --silent lint
	scripts/vulnerabilities

# A static binary, .deb, .rpm and a container image in build/package; try-packages installs, uses and purges them
package: web/dist/index.html
	scripts/package

try-packages: package
	scripts/try-packages

fmt:
	go tool gofumpt -w cmd internal test bench packaging web/embed.go
	cd web && npm run --silent format

clean:
	rm -rf build web/dist/assets web/dist/index.html web/node_modules

# Anju. `make` shows what there is to make; `make demo` needs Go and nothing else.

DATA  ?= build/demo
ADDR  ?= 127.0.0.1:8080
SCALE ?= 1
SEED  ?= 1
PROOF_RUNS ?= 15m

.PHONY: help build demo deps test generate bench screenshots proof clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make demo DATA=$(DATA) ADDR=$(ADDR) SCALE=$(SCALE) SEED=$(SEED)"

build: ## build/anju, one static binary
	CGO_ENABLED=0 go build -trimpath -gcflags=anju/internal/web/...=-l -o build/anju ./cmd/anju

demo: build ## make the demonstration county, serve it, print one sign-in of each kind
	build/anju demo --data $(DATA) --addr $(ADDR) --scale $(SCALE) --seed $(SEED)

deps: ## install what the tests need (root on Debian), or say what is missing
	@scripts/deps

test: deps ## everything: checks, both engines, browser journeys
	@scripts/postgres scripts/check

generate: ## make the generated files anew (templates, bundles, examples)
	@scripts/generate

bench: ## benchmarks, as ratios to a bare loop on the same driver
	scripts/postgres go test -run '^$$' -bench . -benchmem -timeout 60m ./bench/...

screenshots: ## pictures of the main pages into docs/guide (with chromium installed: the headless shell draws no PDF)
	ANJU_SCREENSHOTS=$(CURDIR)/docs/guide go test -count=1 -timeout 30m -run TestDemoCounty/sqlite ./browser

proof: ## the promises under faults, at their full counts (slow); PROOF_RUNS is how many lives of sixty days on each engine, or for how long
	ANJU_PROOF=1 PROOF_RUNS=$(PROOF_RUNS) scripts/postgres go test -run Proof -count=1 -v -timeout 80m ./internal/matter
	ANJU_PROOF=1 scripts/postgres go test -run Proof -count=1 -timeout 80m $$(go list ./... | grep -v '/internal/matter$$')
	scripts/postgres scripts/race -count=1 -timeout 80m $$(go list ./... | grep -v '/browser$$')
	ANJU_BENCH_BOOKLETS=30000 go test -run '^$$' -bench BenchmarkBatch -benchtime 1x -timeout 80m ./bench

clean: ## remove what was built and the demonstration county
	rm -rf build

# The one way in. `make help` lists everything; npm scripts do the work.
.DEFAULT_GOAL := help
.PHONY: help install demo test lint generate mock sandbox build clean mutation
.PHONY: bench bench-bulk bulk-proof docs frontend browser consumers runtimes
.PHONY: contract contract-mutants contract-staging contract-proxy contract-diff contract-schemathesis contract-outside

INSTALLED := node_modules/.package-lock.json node_modules/.bin/node

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules/.package-lock.json: package-lock.json
	npm ci --loglevel=error
	@touch $@

# Where npm runs no install scripts, the Node that runs the tools is not there yet.
node_modules/.bin/node: | node_modules/.package-lock.json
	npm rebuild node --ignore-scripts=false --loglevel=error

install: $(INSTALLED) ## install what the other targets need (they do it themselves)

demo: $(INSTALLED) ## cancel at the sandbox: done, refused, unknown; 200 killed in the middle
	@npm run -s demo

test: $(INSTALLED) ## check generated/, lint, typecheck and run every Vitest suite
	@npm run -s check && npm test

lint: $(INSTALLED) ## lint the contract and the code, check the format
	@npm run -s lint

generate: $(INSTALLED) ## write generated/ anew from spec/ (needs Java 11 or newer)
	@npm run -s generate

mock: $(INSTALLED) ## run the mock for frontend developers (PORT=, LISTEN=0.0.0.0, DELAY=ms)
	@npm run -s mock

sandbox: $(INSTALLED) ## run the sandbox that verifies signatures (port 4020, or PORT=; ACCOUNTS= more)
	@npm run -s sandbox

frontend: $(INSTALLED) ## the mock, and a page that shows what to tell a payer (port 5173, or PORT=)
	@npm run -s frontend

docs: $(INSTALLED) ## build the API reference, one HTML page: docs/reference.html
	@npm run -s docs

browser: $(INSTALLED) ## the page, the reference and MSW in a real Chromium (needs one)
	@npm run -s browser

consumers: $(INSTALLED) ## the packed tarball in projects of its users, and the example backend
	@npm run -s consumers

runtimes: $(INSTALLED) ## the packed tarball on Node 20 to 26, Deno, Bun and workerd
	@npm run -s runtimes

contract: $(INSTALLED) ## Dredd and the negative cases against the sandbox
	@npm run -s contract

contract-mutants: $(INSTALLED) ## prove the checks: every drift the contract allows, each must be caught
	@npm run -s contract:mutants

contract-staging: $(INSTALLED) ## the same against staging, Dredd first (credentials in the environment)
	@npm run -s contract:staging

contract-proxy: $(INSTALLED) ## check your own traffic on its way to staging, and record it
	@npm run -s contract:proxy

contract-outside: $(INSTALLED) ## prove the staging run on ordinary gateways: quiet, and every wrong thing named (needs Python 3)
	@npm run -s contract:outside

contract-diff: $(INSTALLED) ## breaking changes of the contract since the last release (needs Go)
	@npm run -s contract:diff

contract-schemathesis: $(INSTALLED) ## an outside judge against the sandbox (needs Python 3.11)
	@npm run -s contract:schemathesis

mutation: $(INSTALLED) ## mutate src/ with Stryker: at least 90 % must be killed
	@npm run -s mutation

bench: $(INSTALLED) ## what a call costs beside fetch, axios and undici (10 minutes, a quiet machine)
	@npm run -s bench

bench-bulk: $(INSTALLED) ## a million rows stored and reported, what the ledger costs, four workers (needs PostgreSQL)
	@npm run -s bench:bulk

bulk-proof: $(INSTALLED) ## kill, stop and damage runs of many for half an hour; then break each rule (needs PostgreSQL)
	@npm run -s bulk:proof -- --rounds 40 --seconds 20
	@npm run -s bulk:proof -- --prove

build: $(INSTALLED) ## build dist/, what the package ships
	@npm run -s build

clean: ## remove what was installed and built
	rm -rf node_modules dist docs/reference.html contract-tests/reports
	rm -rf contract-tests/*/*/node_modules test/*/node_modules test/platforms/*/node_modules docs/reference/node_modules examples/*/node_modules bench/node_modules

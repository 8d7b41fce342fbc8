# The one way in. `make help` lists everything; npm scripts do the work.
.DEFAULT_GOAL := help
.PHONY: help install demo test lint generate mock sandbox build clean

INSTALLED := node_modules/.package-lock.json

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): package-lock.json
	npm ci --loglevel=error
	@touch $@

install: $(INSTALLED) ## install what the other targets need (they do it themselves)

demo: $(INSTALLED) ## cancel at the sandbox: done, refused, unknown
	@npm run -s demo

test: $(INSTALLED) ## check generated/, lint, typecheck and run every Vitest suite
	@npm run -s check && npm test

lint: $(INSTALLED) ## lint the contract and the code, check the format
	@npm run -s lint

generate: $(INSTALLED) ## write generated/ anew from spec/ (needs Java 11 or newer)
	@npm run -s generate

mock: $(INSTALLED) ## run the mock for frontend developers (port 4010, or PORT=)
	@npm run -s mock

sandbox: $(INSTALLED) ## run the sandbox that verifies signatures (port 4020, or PORT=)
	@npm run -s sandbox

build: $(INSTALLED) ## build dist/, what the package ships
	@npm run -s build

clean: ## remove what was installed and built
	rm -rf node_modules dist contract-tests/reports

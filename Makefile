# Each line below is one that a person could type.
#
# "--bins --examples" builds the programs with the features that the tests need too, so that going to and fro
# between running and testing builds nothing twice.

# One test more than there are processors: of the tests that mostly wait, one runs at a time (.config/nextest.toml).
LANES := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
NEXTEST := cargo nextest run --test-threads $(LANES)
RUN_TESTS := $(if $(shell cargo nextest --version 2>/dev/null),$(NEXTEST),cargo test) --workspace --locked

# What needs PostgreSQL is named for it, and is not even begun.
WITHOUT_POSTGRES := $(if $(findstring nextest,$(RUN_TESTS)),-E 'not test(/(::|on_)postgres$$/)',-- --skip ::postgres --skip on_postgres)

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite lint contract bench ci

help: ## list what there is
	@sed -n -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## start a sandbox: SQLite, an invented nation, personas to call as
	@cargo build --workspace --bins --examples --locked && target/debug/ascms serve --sandbox

test: ## all tests, on SQLite and on a PostgreSQL of their own
	scripts/with-postgres $(RUN_TESTS)

test-sqlite: ## all tests, on SQLite alone
	$(RUN_TESTS) $(WITHOUT_POSTGRES)

lint: ## format, clippy, documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --lib --bins --examples --locked

contract: ## the OpenAPI document, the server behind it and the dependencies, through every gate
	cargo build --workspace --bins --examples --locked && scripts/contract

bench: ## measure, optimised, on a PostgreSQL that keeps its promises
	scripts/with-postgres --durable benches/run

ci: ## what is run on every change
	.ci/run

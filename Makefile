# Every target sets up the environment first, if that has not been done, and never twice.
VENV ?= .venv
export VENV
BIN := $(VENV)/bin

.PHONY: help setup demo test verify-tf-serving lint format reference lock audit bench-setup bench

help:
	@echo 'make setup   build the environment (GPU=1: with CUDA libraries)'
	@echo 'make demo    fine-tune, judge and promote a BERT on the sample tickets, and ask it three questions'
	@echo 'make test    run the tests'
	@echo 'make verify-tf-serving  ask TensorFlow Serving itself, in Docker, what the tests ask our own server'
	@echo 'make bench   measure ours beside its peers, and write benchmarks/RESULTS.md (hours; make bench-setup installs the peers)'
	@echo 'make lint    check format, types and imports'
	@echo 'make format  format the code'
	@echo 'make reference  write docs/configuration.md and docs/tasks.md from the classes'
	@echo 'make audit   ask a vulnerability database about the locked packages; fails where it cannot be reached'
	@echo 'make lock    write requirements.txt and its companions from pyproject.toml'

setup:
	@bash environment/setup.sh $(if $(GPU),--gpu)

demo: setup
	$(BIN)/bertline run examples/tickets.yaml
	$(BIN)/bertline predict examples/tickets.yaml \
	  'I was charged twice for order 88213, please refund one of them' \
	  'the parcel has been sitting in the depot for nine days now' \
	  'Does the blue kettle fit a UK socket?'

test: setup
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

TF_SERVING_IMAGE ?= tensorflow/serving:2.20.0
verify-tf-serving: setup
	$(BIN)/python -m pytest tests/serving/server --tf-serving-image $(TF_SERVING_IMAGE)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

BENCH_DATA ?= ../shared/data
PEERS := .bench/bin/python
bench-setup: setup $(PEERS)
$(PEERS): benchmarks/peers.txt
	$(BIN)/python -m venv .bench
	.bench/bin/pip install --quiet -r benchmarks/peers.txt
	@touch $(PEERS)

bench: setup bench-setup
	$(BIN)/python -m benchmarks.run_all --peer $(PEERS) --data $(BENCH_DATA) --folder .bench/found

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: setup
	$(BIN)/python -m pipeline.config_files.write_references

lock:
	@bash environment/lock.sh

# pip-audit and what it needs stay out of the project's own environment.
AUDIT := .audit/bin/python
$(AUDIT): environment/audit.txt
	$(or $(PYTHON),python3.11) -m venv .audit
	$(AUDIT) -m pip install --quiet --disable-pip-version-check --require-hashes -r environment/audit.txt
	@touch $(AUDIT)

audit: $(AUDIT)
	$(AUDIT) environment/audit.py

# Needs make and Python 3.11 or newer, nothing else; everything it installs goes into .venv.
# One .venv serves both: `make demo` installs what runs, `make test` what tests need on top.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do \
  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
JOBS ?= 2
ARGS ?=

IN_VENV = .venv/bin/python
INSTALL = PIP_USER=0 $(IN_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes
# Hashes pin the content, so the lock names no index: whichever one pip is set to use must serve the same files.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
UV ?= $(shell command -v uv || echo .venv/bin/uv)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench bench-compare proof proof-reminders proof-calendar sbom audit lock transcripts stop clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: .venv/.runtime ## open the local workspace: the coach on this machine, without Slack
	$(IN_VENV) -m bot local $(ARGS)

test: .venv/.dev ## run every test, on JOBS=2 processes; ARGS="-k pause" picks some
	$(IN_VENV) -m pytest -n $(JOBS) --dist loadfile $(if $(WALKAWAY_NO_SKIPS),-p tests.no_skips) $(ARGS)

lint: .venv/.dev ## check style, types and who imports whom
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports --no-logo

format: .venv/.dev ## put the sources into shape
	$(IN_VENV) -m ruff check --fix .
	$(IN_VENV) -m ruff format .

bench: .venv/.dev ## measure speed; ARGS=all with the heavy sections, too, ARGS=--help what there is
	$(IN_VENV) -m tests.bench $(ARGS)

bench-compare: .venv/.dev ## fail where a ratio is worse by a fifth than in docs/measurements.json (or OLD.json); ARGS="[OLD.json] NEW.json"
	$(IN_VENV) -m tests.bench_compare $(ARGS)

proof: .venv/.dev ## break everything that can break, about half an hour, and write docs/proof.md; ARGS=--help
	$(IN_VENV) -m tests.proof --write docs/proof.md $(ARGS)

proof-reminders: .venv/.dev ## ten thousand reminders due at once while workers are killed; ARGS="--json FILE"
	$(IN_VENV) -m tests.reminders_kill $(ARGS)

proof-calendar: .venv/.dev ## five years of reminders in every zone with a transition, beside a second reading of the rules
	$(IN_VENV) -m tests.calendar_proof $(ARGS)

sbom: .venv/.made ## what is shipped: build/sbom.json (CycloneDX) and build/licences.txt
	@command -v $(UV) >/dev/null || $(IN_VENV) -m pip install --quiet --disable-pip-version-check uv
	rm -rf build/shipped && mkdir -p build && $(PYTHON) -m venv build/shipped
	PIP_USER=0 build/shipped/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(UV) tool run --from 'cyclonedx-bom==7.5.0' cyclonedx-py environment build/shipped --of JSON -o build/sbom.json
	$(IN_VENV) deploy/licences.py build/sbom.json > build/licences.txt
	@echo "Wrote build/sbom.json and build/licences.txt"

audit: .venv/.made ## known vulnerabilities of what is shipped, by the advisories of PyPI (asks the network)
	rm -f build/audit.json && mkdir -p build
	@command -v $(UV) >/dev/null || $(IN_VENV) -m pip install --quiet --disable-pip-version-check uv
	-$(UV) tool run --from 'pip-audit==2.10.1' pip-audit -r requirements-traces.lock --disable-pip --require-hashes \
	  --progress-spinner off --format json --output build/audit.json
	$(IN_VENV) deploy/audit.py build/audit.json $(ARGS)

lock: .venv/.made ## write the locks anew after a change of dependencies; UPGRADE=1 takes newer ones
	@command -v $(UV) >/dev/null || $(IN_VENV) -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --output-file requirements-traces.lock --constraint requirements.lock --extra traces pyproject.toml
	$(LOCK) --output-file requirements-dev.lock --constraint requirements.lock --group dev pyproject.toml

transcripts: .venv/.dev ## write docs/transcripts anew, after a change of wording
	$(IN_VENV) -m tests.transcripts

stop: .venv/.runtime ## stop the embedded server, which outlives the coach
	$(IN_VENV) -m bot stop $(ARGS)

clean: ## remove .venv and what the tools left; deals in .walkaway/ stay
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find bot dialogs tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is not Python 3.11 or newer; name another: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "make: $(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv
	@touch $@

.venv/.runtime: .venv/.made requirements.lock
	$(INSTALL) -r requirements.lock
	@touch $@

# What tests need holds what runs: no second installation for `make demo`.
.venv/.dev: .venv/.made requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch .venv/.runtime $@

# make help says what there is. Everything is installed into .venv here, nothing elsewhere.
VENV := .venv
BIN := $(VENV)/bin
# The first Python at hand that pyproject.toml allows.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
JAX := $(filter jax,$(KERAS_BACKEND))
# One mark with and one without JAX, so that what was installed without JAX does not pass for an installation with it.
INSTALLED := $(VENV)/.installed$(if $(JAX),-jax)

.PHONY: help run test test-utils test-chapter test-gpu lint lab book docs lock mutations clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | awk -F '\t' '{printf "  make %-14s%s\n", $$1, $$2}'

run: $(INSTALLED)  ## run all chapters side by side and write a report
	$(BIN)/course run

# Two workers whose libraries have a thread for every core wait for each other: NumPy's cells then take several times as
# long, TensorFlow's a tenth longer.
test test-chapter mutations: export OPENBLAS_NUM_THREADS = 1
test test-chapter mutations: export OMP_NUM_THREADS = 1
test test-chapter mutations: export TF_NUM_INTRAOP_THREADS = 1
test: $(INSTALLED)  ## all tests: the package's own, and every notebook under nbval
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations 10

test-utils: $(INSTALLED)  ## the tests of what notebooks import, no command and no notebook; KERAS_BACKEND=jax runs them on JAX
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/utils

test-chapter: $(INSTALLED)  ## all tests of some chapters, slow ones too (CHAPTERS="15 23")
	@test -n "$(CHAPTERS)" || { echo 'Name the chapters: make test-chapter CHAPTERS="15 23"'; exit 1; }
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 5 $$(for n in $(CHAPTERS); do \
		n=$${n#0}; n=$$(printf %02d "$${n:-0}"); echo "notebooks/$${n}_*.ipynb tests/chapters/ch$$n"; done)

test-gpu: $(INSTALLED)  ## every notebook under nbval on a TensorFlow GPU; says so where there is none
	@$(BIN)/python tests/require_gpu.py
	$(BIN)/python -m pytest notebooks --durations 10

lint: $(INSTALLED)  ## format and lint check, of the code and of the workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

lab: $(INSTALLED)  ## open JupyterLab on your own copy of the chapters, my_course/ (FRESH=15: one more copy of chapter 15)
	$(BIN)/course student --out my_course $(addprefix --fresh ,$(FRESH))
	JUPYTER_CONFIG_PATH="$(CURDIR)/course_tools/student_edition/lab$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
		$(BIN)/jupyter lab --notebook-dir=my_course

book: $(INSTALLED)  ## build the reading edition, a site in book/, from the stored outputs
	$(BIN)/python -m course_tools.book

docs: $(INSTALLED)  ## rewrite the generated parts of the README files
	$(BIN)/course docs

mutations: $(INSTALLED)  ## change a constant in a copy of each chapter: something must turn red (CHAPTERS="15 23")
	$(BIN)/python tests/mutate.py $(CHAPTERS)

lock: $(INSTALLED)  ## write constraints.txt anew: the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade --no-emit-index-url \
		--no-header --no-annotate --quiet --output-file constraints.txt

clean:  ## remove the environment and everything that was made by running
	rm -rf $(VENV) runs build dist book .pytest_cache .ruff_cache

$(INSTALLED): requirements.txt constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found, and the course runs on no other:" \
		"install one of them, or name it: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt $(if $(JAX),-e '.[jax]')
	@touch $@

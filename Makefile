# Every step lives in scripts/setup.py, which also runs where there is no make (start.cmd).
# Arguments are passed on: make demo ARGS="--port 8600", make test ARGS="tests/kpi -k rollup".
PYTHON ?= python3
ARGS ?=

.PHONY: setup demo test quick soak lint lock faults fuzz
setup lint:
	@$(PYTHON) scripts/setup.py $@
demo test quick soak lock faults fuzz:
	@$(PYTHON) scripts/setup.py $@ $(ARGS)

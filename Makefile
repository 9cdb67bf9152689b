# make demo    the whole job on a real report: workbook, check, finished .docx (in demo/)
# make test    the tests, but for the trials: under three minutes
# make trials  what takes long: hostile files, kills, office programs, browsers
# make quick   the tests of rules, prose, readers, documents and commands, while one works on them: under a minute
# make page    dist/xltools.html, one file that does the whole job in a browser without a network (needs npm)
# make bundle  dist/xltools-VERSION-windows.zip and -linux.zip, to install from without a network
# make lint    style, formatting, types
# make bench   how fast it is, against references in the same run
# make mutants whether a test fails where the code is changed (long; see CONTRIBUTING.md)
# make prose   how well prose is judged, on real reports beside the repository (skips where there are none)
# make clean   removes what the others made, except .venv

PYTHON ?= python3
BIN := .venv/bin
XLTOOLS := $(BIN)/xltools

REAL := changfu-2023
BALANCED := balanced-2024

QUICK := rules* prose_* reader typed_numbers read_totals import_* text_lines page_tables word_* encodings cli cli_* samples blocks office_skeletons export_* reference_docx wide_tables output_* released unread

.PHONY: demo test trials quick page bundle lint bench prose mutants clean

demo: .venv/installed
	@rm -rf demo && mkdir demo
	@echo '== 1. 空白填报工作簿 / a blank workbook'
	@$(XLTOOLS) template --year 2023 --unit 樟树市昌傅镇人民政府 -o demo/blank-2023.xlsx
	@echo
	@echo '== 2. 一份真实的报告，填进工作簿 / a real report, filled into a workbook'
	@$(XLTOOLS) import samples/$(REAL)/$(REAL).json -o demo/$(REAL).xlsx
	@echo
	@echo '== 3. 检查 / check'
	@$(XLTOOLS) check demo/$(REAL).xlsx; status=$$?; \
	if [ $$status -ne 1 ]; then echo "check: exit $$status, expected 1" >&2; exit 1; fi
	@echo '退出码 1，正如预期：这份报告正文写 392 条，所列各项之和是 384 条。'
	@echo 'Exit code 1, as expected: the report says 392 items and lists parts that sum to 384.'
	@echo
	@echo '== 4. 有错误时只能导出草稿 / while there is an error, only a draft is exported'
	@$(XLTOOLS) export demo/$(REAL).xlsx --draft -o demo/$(REAL)-draft.docx
	@echo
	@echo '== 5. 数字全平的报告：检查、导出 / a report that balances: check and export'
	@$(XLTOOLS) import samples/$(BALANCED)/$(BALANCED).json -o demo/$(BALANCED).xlsx
	@$(XLTOOLS) check demo/$(BALANCED).xlsx
	@$(XLTOOLS) export demo/$(BALANCED).xlsx -o demo/$(BALANCED).docx
	@$(XLTOOLS) export demo/$(BALANCED).xlsx -o demo/$(BALANCED).html
	@echo
	@echo '== 6. 已经公布的报告：直接检查，变成工作簿 / a published report: checked as it stands, and as a workbook'
	@$(XLTOOLS) check samples/$(REAL)/$(REAL).docx; status=$$?; \
	if [ $$status -ne 1 ]; then echo "check: exit $$status, expected 1" >&2; exit 1; fi
	@$(XLTOOLS) import samples/$(REAL)/$(REAL).docx -o demo/$(REAL)-from-word.xlsx
	@echo
	@echo '== 7. 一个县：收集、汇总，再与各单位核对 / a county: collected, summed up, held against its units'
	@cp -r samples/county/units.csv samples/county/2023 samples/county/2024 demo/
	@cd demo && for year in 2023 2024; do \
	../$(XLTOOLS) collect $$year --roster units.csv --unit 示例县人民政府 --year $$year --store county.sqlite --letters 函件 -o 示例县$$year.xlsx; status=$$?; \
	if [ $$status -ne $$((2 * (year - 2023))) ]; then echo "collect: exit $$status" >&2; exit 1; fi; done
	@echo '2024 年退出码 2，正如预期：公安局报送的是不能读取的 .doc。 / Exit code 2 for 2024, as expected: one unit has handed in a .doc.'
	@cd demo && ../$(XLTOOLS) check 示例县2024.xlsx --previous 示例县2023.xlsx --children county.sqlite; status=$$?; \
	if [ $$status -ne 1 ]; then echo "check: exit $$status, expected 1" >&2; exit 1; fi
	@echo '退出码 1，正如预期：正文还没有写，那一处不平也在汇总数里。 / Exit code 1, as expected: no prose yet, and the error is in the sum.'
	@echo
	@echo '== 文件 / files'
	@ls -p demo

test: .venv/lint-installed
	$(BIN)/python -m pytest -m "not trial"

trials: .venv/installed
	$(BIN)/python -m pytest -m trial

quick: .venv/installed
	$(BIN)/python -m pytest -m "not trial" $(wildcard $(QUICK:%=tests/test_%.py))

page: .venv/installed
	$(BIN)/python -m tools.page

bundle: page
	$(BIN)/python -m tools.bundle

lint: .venv/lint-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/prose.py
	$(BIN)/python benchmarks/collecting.py

mutants: .venv/mutants-installed
	$(BIN)/python -m tools.mutants

prose: .venv/installed
	@if [ -f ../shared/prose/score.py ]; then $(BIN)/python ../shared/prose/score.py --list --xltools $(XLTOOLS); \
	else echo 'no real reports at ../shared/prose'; fi

clean:
	rm -rf demo build dist .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.venv: .venv/installed

.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[test]'
	@touch $@

.venv/lint-installed: .venv/installed
	$(BIN)/pip install -q -e '.[lint]'
	@touch $@

.venv/mutants-installed: .venv/installed
	$(BIN)/pip install -q -e '.[mutants]'
	@touch $@

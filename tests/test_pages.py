"""The pages keep step with the scripts: excerpts, outputs, claims, exercises, tables, links."""

import math
import re
import urllib.parse
from pathlib import Path

import pytest
import update_pages
from layout import PAGES, ROOT, main_road, scripts, takes_minutes, text_of
from missing import lacks
from outputs import difference
from pages import (
    BLOCK,
    CHECK,
    benchmarks,
    broken_claims,
    command,
    excerpt,
    known_numbers,
    missing_for,
    numbers_without_a_run,
    parsed_check,
    selected,
    tolerance,
    without_docstring,
)
from running import before_it, change, completed, completed_all, copy_chapter, take_over

TEXTS = {page: text_of(page) for page in PAGES}
BLOCKS = [
    found.groupdict() | {"page": page, "body": found["fenced"] or found["other"]}
    for page, text in TEXTS.items()
    for found in BLOCK.finditer(text)
]
CHECKS = [
    (page, found["what"], text[: found.start()])
    for page, text in TEXTS.items()
    for found in CHECK.finditer(text)
]


def of(kind):
    return [block for block in BLOCKS if block["kind"] == kind]


def test_every_marker_is_understood():
    for page, text in TEXTS.items():
        markers = re.findall(r"<!-- (\w+): ", text)
        known = len(BLOCK.findall(text)) + len(CHECK.findall(text))
        known += len(re.findall(r"<!-- same: ", text))
        assert len(markers) == known, page
        for quoted in re.findall(r"```python\n.*?```", text, re.S):
            # In a page of a side road a snippet of its own may stand beside the excerpts.
            assert page != "README.md" or f"-->\n{quoted}\n" in text, quoted


@pytest.mark.parametrize("script", main_road())
def test_a_reader_can_type_the_main_road_from_the_readme(script):
    """The excerpts of a script, put together, are the script, line by line."""
    text = TEXTS["README.md"]
    pattern = r"<!-- (excerpt|same): (\S+), steps? (\d+)(?: to (\d+))?(?: as in (\S+))?;? -->"
    found = [match for match in re.findall(pattern, text) if match[1] == script]
    shown = []
    for kind, _, low, high, other in found:
        steps = f"steps {low} to {high or low}"
        if kind == "same":  # the text says: like in that script, which was shown
            code = excerpt(f"{other}, {steps}")
            assert code == excerpt(f"{script}, {steps}"), f"{script}: not as in {other}"
            assert text.index(f"excerpt: {other}, ") < text.index(f"same: {script}, ")
        shown += excerpt(f"{script}, {steps}").splitlines()
    whole = without_docstring(script).splitlines()
    assert [line for line in shown if line] == [line for line in whole if line]


@pytest.mark.parametrize("block", of("excerpt"), ids=lambda block: block["what"])
def test_excerpt_stands_in_the_script_word_for_word(block):
    assert block["body"] == f"```python\n{excerpt(block['what'])}\n```\n"


@pytest.mark.parametrize("block", of("output"), ids=lambda block: block["what"])
def test_output_comes_out_again(block, finished):
    if missing := missing_for(block["what"]):
        lacks(f"not installed: {missing}")
    script, arguments = command(block["what"])
    result = finished(script, arguments=tuple(arguments))
    real = selected(result.stdout, block["what"])
    quoted = block["body"].removeprefix("```text\n").removesuffix("\n```\n")
    why = difference(quoted, real, tolerance(block["what"]))
    assert why is None, f"{why}\nRun: python tests/update_pages.py {script}"


def test_outputs_without_a_bound_are_these():
    """Their numbers have a bound in a test of their own, or are seconds."""
    free = {command(b["what"])[0] for b in of("output") if "numbers vary" in b["what"]}
    assert free == {
        *("03/more/choose_backend.py", "05/more/model_zoo.py"),
        *("04/scaling/train_faster.py", "04/scaling/train_on_big_data.py"),
        *("04/scaling/train_on_machines.py", "04/scaling/export_model.py"),
        *("04/labs/classify_iris.py", "04/labs/classify_digits.py"),
        "04/labs/read_digit_photos.py",
    }
    for block in of("output"):
        kind, bound = tolerance(block["what"]) or ("within", 0)
        assert bound <= 0.5 if kind == "within" else bound in (3, 5, 10, 20, math.inf)


@pytest.mark.parametrize("page", PAGES)
def test_a_number_in_a_sentence_comes_from_a_run_or_is_known(page):
    """If this fails, the sentence is wrong, or its number belongs into known_numbers.md."""
    assert sorted(numbers_without_a_run(page)) == sorted(known_numbers()[page])


def takes_long(what):
    checked = parsed_check(what)
    return checked.long or takes_minutes(checked.script)


def scripts_checked(long):
    """Return the scripts of check markers that take minutes, or of those that take seconds."""
    return sorted({parsed_check(what).script for _, what, _ in CHECKS if takes_long(what) == long})


@pytest.mark.parametrize("script", scripts_checked(long=False))
def test_claims_and_exercises_come_out(script, tmp_path, result_of):
    hold_checks(script, tmp_path, result_of, long=False)


@pytest.mark.long
@pytest.mark.parametrize("script", scripts_checked(long=True))
def test_long_claims_and_exercises_come_out(script, tmp_path, result_of):
    hold_checks(script, tmp_path, result_of, long=True)


def hold_checks(script, tmp_path, result_of, long):
    """Every check marker: the change is applied to a copy, which is run and compared."""
    jobs, results, left_out = [], [], []
    for place, (page, what, before) in enumerate(CHECKS):
        checked = parsed_check(what)
        if checked.script != script or takes_long(what) != long:
            continue
        paragraph = before.rstrip().rsplit("\n\n", 1)[-1]
        unsaid = [number for number in checked.stated if number not in paragraph]
        assert not unsaid, f"{page}: the text before {what!r} does not say {unsaid}"
        copy = copy_chapter(script, tmp_path / str(place))
        for earlier in before_it(script):
            take_over(result_of(earlier), copy_chapter(earlier, tmp_path / str(place)))
        order = [change(copy, *checked.changes), *checked.arguments]
        if lacking := missing_for(what):
            left_out += lacking
        elif checked.environment:
            results.append((what, checked, completed(*order, **checked.environment)))
        elif checked.changes or checked.arguments:
            jobs.append((what, checked, order))
        else:
            results.append((what, checked, result_of(script)))
    done = completed_all([order for *_, order in jobs], tmp_path) if jobs else []
    results += [(*job[:2], result) for job, result in zip(jobs, done, strict=True)]
    broken = [(row[0], why) for row in results for why in broken_claims(*row[1:])]
    assert not broken, broken
    if left_out:
        lacks(f"all other checks hold; not installed: {left_out}")


@pytest.mark.parametrize("block", of("benchmark"), ids=lambda block: block["what"])
def test_measured_table_is_that_of_the_benchmark(block):
    measured = benchmarks().get(block["what"])
    assert measured, f"run: python tests/benchmark.py {block['what']}"
    assert block["body"].strip() == measured, "run: python tests/update_pages.py"


@pytest.mark.parametrize("block", of("scripts"), ids=lambda block: block["what"])
def test_table_is_that_of_the_headers(block):
    seconds = update_pages.seconds_in(block["body"], block["what"])
    assert block["body"].strip() == update_pages.table(block["what"], seconds)
    assert block["page"] == f"{block['what']}/README.md"


@pytest.mark.parametrize("script", scripts())
def test_every_script_is_named_in_its_page(script):
    folder = Path(script).parent.as_posix()
    page = "README.md" if "/" not in folder else f"{folder}/README.md"
    assert Path(script).name in TEXTS[page]


def anchors(text):
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?s)```.*?```", "", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", TEXTS)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = urllib.parse.unquote(target).partition("#")
        file = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert file.exists(), target
        if anchor:
            name = file.relative_to(ROOT).as_posix()
            assert anchor in anchors(TEXTS[name]), target

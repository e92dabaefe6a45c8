"""The README keeps step with the scripts: excerpts, outputs, ranges, tables, links."""

import re
import urllib.parse

import course
import pytest
import update_readme

README = (course.ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [found.groupdict() for found in course.BLOCK.finditer(README)]
RANGES = [(found.groupdict(), found.start()) for found in course.RANGE.finditer(README)]


def of(kind):
    return [block for block in BLOCKS if block["kind"] == kind]


def test_every_marker_is_understood():
    markers = re.findall(r"<!-- (?:excerpt|output|scripts|benchmark|range):", README)
    assert len(markers) == len(BLOCKS) + len(RANGES)
    assert of("excerpt") and of("output") and of("scripts") and RANGES


@pytest.mark.parametrize("block", of("excerpt"), ids=lambda block: block["what"])
def test_excerpt_stands_in_the_script_word_for_word(block):
    assert block["body"] == f"```python\n{course.excerpt(block['what'])}\n```\n"


@pytest.mark.parametrize("block", of("output"), ids=lambda block: block["what"])
def test_output_comes_out_again(block, finished):
    if missing := course.missing(block["what"]):
        pytest.skip(f"not installed: {missing}")
    script, arguments = course.command(block["what"])
    result = finished(script, arguments=tuple(arguments))
    real = course.select(result.stdout, block["what"])
    quoted = block["body"].removeprefix("```text\n").removesuffix("\n```\n")
    why = course.differs(quoted, real, course.tolerance(block["what"]))
    assert why is None, f"{why}\nRun: python tests/update_readme.py {script}"


@pytest.mark.parametrize("block", of("benchmark"), ids=lambda block: block["what"])
def test_measured_table_is_that_of_the_benchmark(block):
    measured = course.benchmarks().get(block["what"])
    assert measured, f"run: python tests/benchmark.py {block['what']}"
    assert block["body"].strip() == measured, "run: python tests/update_readme.py"


@pytest.mark.parametrize("promise, place", RANGES, ids=lambda x: str(x)[:90])
def test_range_is_promised_and_kept(promise, place, finished):
    paragraph = README[:place].rstrip().rsplit("\n\n", 1)[-1]
    for bound in (promise["low"], promise["high"]):
        assert bound in paragraph, f"the sentence in front of the marker does not say {bound}"
    script, arguments = course.command(promise["script"])
    result = finished(script, arguments=tuple(arguments))
    value = course.first_number(result.stdout, promise["label"])
    low, high = (course.numbers(promise[key])[0] for key in ("low", "high"))
    assert low <= value <= high


@pytest.mark.parametrize("block", of("scripts"), ids=lambda block: block["what"])
def test_table_is_that_of_the_headers(block):
    seconds = update_readme.seconds_in(block["body"])
    assert block["body"].strip() == update_readme.table(block["what"], seconds)
    wrong = [cell for cell in seconds.values() if not re.fullmatch(r"\d+|yours", cell)]
    assert not wrong, "a script without seconds: run tests/update_readme.py"


def test_every_script_is_named_in_its_chapter():
    for script in course.scripts():
        assert script in README, script


def test_every_test_file_says_what_it_guards():
    guide = (course.ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    for file in sorted((course.ROOT / "tests").glob("test_*.py")):
        assert f"| `{file.name}` | " in guide, file.name


def test_links_and_pictures_lead_somewhere():
    titles = re.findall(r"^#+ (.+)$", README, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not re.match(r"https?:|mailto:", target):
            assert (course.ROOT / urllib.parse.unquote(target.split("#")[0])).exists(), target

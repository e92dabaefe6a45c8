"""The marked blocks of the pages: what a marker asks for, and what belongs below it.

tests/README.md has the table of the markers. update_pages.py fills the blocks, test_pages.py holds
them to the scripts.
"""

import dataclasses
import re

from layout import ROOT, text_of
from missing import missing_packages
from outputs import NUMBER, first_number, numbers

# A marker, and what is filled in below it: a fenced block, or anything up to the end marker.
BLOCK = re.compile(
    r"<!-- (?P<kind>excerpt|output|scripts|benchmark): (?P<what>[^\n]+?) -->\n"
    r"(?:(?P<fenced>```\w*\n(?:(?!```).)*```\n)(?P<end><!-- end -->)?|(?P<other>.*?)<!-- end -->)",
    re.S,
)
CHECK = re.compile(r"<!-- check: (?P<what>[^\n]+?) -->")


def without_docstring(script):
    """Return the text of a script behind its docstring."""
    return text_of(script).split('"""', 2)[2]


def excerpt(what):
    """Return steps of a script, word for word: "04/train_model.py, steps 2 to 3" or "…, step 3".

    Step 0 is what stands between the docstring and step 1: imports and constants. A line such as
    `def train(rows):` or `for seed in SEEDS:` right above a step belongs to it. "step 3
    of main" ends where main() does; "def read_rows" is that function, "class Game" that class.
    """
    script, steps = what.split(", ", 1)
    text = without_docstring(script)
    if steps.startswith(("def ", "class ")):
        return function(text, steps)
    low, high = (re.findall(r"\d+", steps) * 2)[:2]
    step = re.compile(r"(?m)^(?: *[a-z].*:\n)* *# \d+\. ")
    starts = [0, *(found.start() for found in step.finditer(text)), len(text)]
    found = text[starts[int(low)] : starts[int(high) + 1]].strip("\n")
    return found.split("\n\n\n")[0] if steps.endswith(" of main") else found


def function(text, name):
    """Return a function or a class of a script, up to the empty lines behind it."""
    [found] = re.findall(rf"(?ms)^(?:@\w+\n)?{name}\b.*?(?=\n\n\n|\Z)", text)
    return found.strip("\n")


# Two digits at least: 49, 1,000, $2.50, 3e-04, 65.6%
PROSE_NUMBER = re.compile(
    r"(?<![\w.,/#-])\$?(?:\d[\d,]*\d(?:\.\d+)?|\d\.\d+|\d(?=e))(?:e[-+]\d+)?%?"
)


def numbers_without_a_run(page):
    """Return the numbers in a page's sentences that no block below a marker and no check holds.

    They are facts (a year, a version), sums of others, or came from a run that nobody repeats:
    each stands in known_numbers.md, so that none changes unseen. Single digits are passed over.
    """
    text = text_of(page)
    blocks = [found[0] for found in BLOCK.finditer(text)] + re.findall(r"(?s)```.*?```", text)
    held = " ".join([*blocks, *CHECK.findall(text)])
    prose = re.sub(r"(?s)```.*?```|<!--.*?-->|`[^`\n]*`|\]\([^)]*\)", "", BLOCK.sub("", text))
    bare = {number.strip("$%") for number in PROSE_NUMBER.findall(held)}
    found = dict.fromkeys(PROSE_NUMBER.findall(prose))
    return [number for number in found if number.strip("$%") not in bare]


def known_numbers():
    """Return {page: numbers} of known_numbers.md."""
    text = text_of("tests/known_numbers.md")
    return {page: line.split() for page, line in re.findall(r"(?m)^- (\S+): (.*)$", text)}


def benchmarks():
    """Return {name: table} of tests/benchmark.md, which tests/benchmark.py writes."""
    file = ROOT / "tests" / "benchmark.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return dict(re.findall(r"^## (\w+)\n\n(.+?)\n(?=\n|\Z)", text, re.M | re.S))


def selected(stdout, what):
    """Return the part of an output that a marker names.

    "04/x.py" is all of it; "04/x.py; first 3; ...; last 2" some lines with "..." between;
    "from TEXT" and "to TEXT" select from the first line with TEXT up to the next line with TEXT.
    """
    lines, options, chosen = stdout.rstrip("\n").splitlines(), parts(what), []
    for option, following in zip(options, [*options[1:], ""], strict=False):
        verb, _, value = option.partition(" ")
        if verb == "...":
            chosen.append("...")
        elif verb == "first":
            chosen += lines[: int(value)]
        elif verb == "last":
            chosen += lines[-int(value) :]
        elif verb == "from":
            there = [n for n, line in enumerate(lines) if value in line]
            assert there, f"{what}: no line with {value!r}"
            stop = len(lines)
            if following.startswith("to "):
                end = following.removeprefix("to ")
                stop = next(n for n in range(there[0], stop) if end in lines[n]) + 1
            chosen += lines[there[0] : stop]
    return "\n".join(chosen or lines)


def parts(what):
    """Return the options of an output marker: what stands behind the script, between semicolons."""
    return [part.strip() for part in what.split(";")[1:]]


def command(what):
    """Return script and arguments of an output marker."""
    script, *arguments = what.split(";")[0].split()
    return script, arguments


def tolerance(what):
    """Return how far an output's numbers may be off: ("within", 0.3), ("factor", 5) or None."""
    for part in parts(what):
        if found := re.fullmatch(r"numbers within (\d+)%", part):
            return "within", int(found[1]) / 100
        if found := re.fullmatch(r"numbers within a factor of (\d+)", part):
            return "factor", int(found[1])
        if part == "numbers vary":
            return "factor", float("inf")
    return None


def missing_for(what):
    """Return which of the packages that a marker needs ("needs jax, torch") are not installed."""
    needed = [part.removeprefix("needs ") for part in parts(what) if part.startswith("needs ")]
    return missing_packages(*(name.strip() for part in needed for name in part.split(",")))


@dataclasses.dataclass
class Check:
    """What a check marker says: a script, how to change it, and what must come out then."""

    script: str
    arguments: list
    changes: list  # pairs of old and new text
    environment: dict
    claims: list  # (kind, label, number, number)
    stated: list  # numbers and texts that the paragraph before the marker must hold
    long: bool = False  # it takes minutes, and is run with --long alone


def parsed_check(what):
    """Return the Check of a marker: "04/x.py; epochs=50 -> epochs=5; rows is about 3 within 9%"."""
    found = Check(*command(what), [], {}, [], [])
    for part in parts(what):
        if " -> " in part or part.endswith(" ->"):
            old, new = (text.strip().replace("\\n", "\n") for text in part.split("->", 1))
            found.changes.append((old, new))
        elif part.startswith("needs "):
            continue  # see missing_for()
        elif part == "takes minutes":
            found.long = True
        elif match := re.fullmatch(r"env (\w+)=(.*)", part):
            found.environment[match[1]] = match[2]
        elif match := re.fullmatch(r"(says|fails with) (.+)", part):
            found.claims.append((match[1], match[2], 0, 0))
            found.stated += NUMBER.findall(match[2]) if NUMBER.fullmatch(match[2]) else []
        elif match := re.fullmatch(r"(.+) about (\S+) within (\d+)%", part):
            value, share = numbers(match[2])[0], int(match[3]) / 100
            low, high = sorted((value * (1 - share), value * (1 + share)))
            found.claims.append(("between", match[1], low, high))
            found.stated.append(match[2])
        elif match := re.fullmatch(r"(.+) between (\S+) and (\S+)", part):
            low, high = (numbers(match[place])[0] for place in (2, 3))
            found.claims.append(("between", match[1], low, high))
            found.stated += [match[2], match[3]]
        else:
            raise ValueError(f"a check that nobody understands: {part!r} in {what!r}")
    return found


def broken_claims(checked, done):
    """Return what a run does not hold of a Check, in words."""
    broken = []
    fails = any(kind == "fails with" for kind, *_ in checked.claims)
    if (done.returncode != 0) != fails:
        broken.append(f"exit status {done.returncode}: {done.stderr[-500:]}")
    for kind, label, low, high in checked.claims:
        text = done.stderr if kind == "fails with" else done.stdout
        if label not in text:
            broken.append(f"no {label!r} in {text[-500:]!r}")
        elif kind == "between" and not low <= first_number(text, label) <= high:
            broken.append(f"{label} {first_number(text, label)}, not in {low:g} to {high:g}")
    return broken

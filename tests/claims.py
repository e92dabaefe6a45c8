"""Claims: what the pages say of a run. Does it hold for other seeds? Writes claims.md.

python tests/claims.py            every claim of claims_*.py, five seeds each
python tests/claims.py 04/labs    the claims about the scripts of a folder, or about one script
python tests/claims.py open       those that claims.md does not show as 5 of 5
"""

import dataclasses
import importlib
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from layout import ROOT, text_of
from running import before_it, copy_chapter, output_of, replaced

SEEDS = [1, 2, 3, 4, 5]
TABLE = ROOT / "tests" / "claims.md"


@dataclasses.dataclass
class Claim:
    """A sentence of a page about what comes out of a run, and how to see in a run that it holds."""

    page: str
    sentence: str  # as it stands in the page
    script: str
    holds: Callable  # what the script printed -> True or False
    arguments: tuple = ()
    reseed: Callable = lambda text, seed: replaced(text, ("seed(7)", f"seed({seed})"))
    changes: tuple = ()  # pairs of an old and a new text: what is changed in the script before


def all_claims():
    """Return every claim, in the order of the pages."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("claims_*.py"))
    return [claim for name in modules for claim in importlib.import_module(name).CLAIMS]


def printed(script, arguments, text):
    """Return what a script prints whose text was changed."""
    with tempfile.TemporaryDirectory() as folder:
        for earlier in before_it(script):
            output_of(copy_chapter(earlier, folder))
        path = copy_chapter(script, folder)
        path.write_text(text, encoding="utf-8")
        return output_of(path, *arguments)


def runs(pool, wanted):
    """Start every run that the claims need, each once; return the five of each claim."""
    started, fives = {}, []
    for claim in wanted:
        old = replaced(text_of(claim.script), *claim.changes)
        texts = [claim.reseed(old, seed) for seed in SEEDS]
        assert old not in texts, f"{claim.script}: no seed was changed"
        for text in texts:
            if text not in started:
                started[text] = pool.submit(printed, claim.script, claim.arguments, text)
        fives.append([started[text] for text in texts])
    return fives


def main(only):
    rows = {}
    if TABLE.exists():
        for line in TABLE.read_text(encoding="utf-8").splitlines()[4:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0], cells[1]] = cells[2]
    wanted = [claim for claim in all_claims() if not only or claim.script.startswith(tuple(only))]
    if only == ["open"]:
        wanted = [c for c in all_claims() if rows.get((c.sentence, c.page)) != "5 of 5"]
    with ProcessPoolExecutor(2) as pool:  # not threads: each needs a fork server of its own
        for claim, five in zip(wanted, runs(pool, wanted), strict=True):
            held = [claim.holds(one.result()) for one in five]
            rows[claim.sentence, claim.page] = count = f"{sum(held)} of {len(held)}"
            print(f"{count}  {claim.page}: {claim.sentence}", flush=True)
            save(rows)


def save(rows):
    """Write the table: all claims, in the order of the pages."""
    lines = ["# What the pages claim, and how many of five seeds hold it", ""]
    lines += ["| claim | where | seeds |", "|---|---|---|"]
    for claim in all_claims():
        count = rows.get((claim.sentence, claim.page), "not run")
        lines.append(f"| {claim.sentence} | {claim.page} | {count} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

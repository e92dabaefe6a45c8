"""Does what the pages say of a run hold for other seeds? Prints a table, and writes claims.md.

python tests/claims.py            every claim of claims_*.py, five seeds each
python tests/claims.py 04/labs    the claims about the scripts of a folder, or about one script
"""

import importlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import course

SEEDS = [1, 2, 3, 4, 5]
TABLE = course.ROOT / "tests" / "claims.md"


def claims():
    """Return every claim, in the order of the pages."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("claims_*.py"))
    return [claim for name in modules for claim in importlib.import_module(name).CLAIMS]


def run(script, arguments, text):
    """Return what a script prints whose text was changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = course.copy_chapter(script, folder)
        path.write_text(text, encoding="utf-8")
        return course.output(path, *arguments)


def runs(pool, wanted):
    """Start every run that the claims need, each once; return the five of each claim."""
    started, fives = {}, []
    for claim in wanted:
        old = course.read(claim.script)
        texts = [claim.reseed(old, seed) for seed in SEEDS]
        assert old not in texts, f"{claim.script}: no seed was changed"
        for text in texts:
            if text not in started:
                started[text] = pool.submit(run, claim.script, claim.arguments, text)
        fives.append([started[text] for text in texts])
    return fives


def main(only):
    rows = {}
    if TABLE.exists():
        for line in TABLE.read_text(encoding="utf-8").splitlines()[4:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0], cells[1]] = cells[2]
    wanted = [claim for claim in claims() if not only or claim.script.startswith(tuple(only))]
    with ThreadPoolExecutor(3) as pool:
        for claim, five in zip(wanted, runs(pool, wanted), strict=True):
            held = [claim.holds(one.result()) for one in five]
            rows[claim.sentence, claim.page] = count = f"{sum(held)} of {len(held)}"
            print(f"{count}  {claim.page}: {claim.sentence}", flush=True)
            save(rows)


def save(rows):
    """Write the table: all claims, in the order of the pages."""
    lines = ["# What the pages claim, and how many of five seeds hold it", ""]
    lines += ["| claim | where | seeds |", "|---|---|---|"]
    for claim in claims():
        count = rows.get((claim.sentence, claim.page), "not run")
        lines.append(f"| {claim.sentence} | {claim.page} | {count} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

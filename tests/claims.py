"""Does what the pages say of a run hold for other seeds? Prints a table, and writes claims.md.

python tests/claims.py            every claim of claims_*.py, five seeds each
python tests/claims.py 04/labs    the claims about the scripts of a folder, or about one script
"""

import importlib
import sys
import tempfile
from pathlib import Path

import course

SEEDS = [1, 2, 3, 4, 5]
TABLE = course.ROOT / "tests" / "claims.md"


def claims():
    """Return every claim, in the order of the pages."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("claims_*.py"))
    return [claim for name in modules for claim in importlib.import_module(name).CLAIMS]


def output(script, arguments, reseed, seed, known):
    """Return what a script prints with another seed; `known` remembers each run."""
    old = (course.ROOT / script).read_text(encoding="utf-8")
    new = reseed(old, seed)
    assert new != old, f"{script}: no seed was changed"
    if new not in known:
        with tempfile.TemporaryDirectory() as folder:
            path = course.copy_chapter(script, folder)
            path.write_text(new, encoding="utf-8")
            done = course.run(path, *arguments)
            assert done.returncode == 0, done.stderr[-2000:]
            known[new] = done.stdout
    return known[new]


def main(only):
    rows, known = {}, {}
    if TABLE.exists():
        for line in TABLE.read_text(encoding="utf-8").splitlines()[4:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0], cells[1]] = cells[2:]
    wanted = [claim for claim in claims() if not only or claim.script.startswith(tuple(only))]
    for claim in wanted:
        held = [
            claim.holds(output(claim.script, claim.arguments, claim.reseed, seed, known))
            for seed in SEEDS
        ]
        rows[claim.sentence, claim.page] = [f"{sum(held)} of {len(held)}"]
        print(f"{sum(held)} of {len(held)}  {claim.page}: {claim.sentence}", flush=True)
    lines = ["# What the pages claim, and how many of five seeds hold it", ""]
    lines += ["| claim | where | seeds |", "|---|---|---|"]
    for claim in claims():
        (count,) = rows.get((claim.sentence, claim.page), ["not run"])
        lines.append(f"| {claim.sentence} | {claim.page} | {count} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

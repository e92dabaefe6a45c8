"""Run the scripts and put their real outputs and excerpts into the pages.

    python tests/update_pages.py                     everything
    python tests/update_pages.py 04/train_model.py   the blocks of these scripts alone
    python tests/update_pages.py excerpts            only what needs no run
    python tests/update_pages.py numbers             only known_numbers.md: read its diff

A new Keras is this one command, and one diff to read.
"""

import sys
import tempfile
from pathlib import Path

from layout import PAGES, ROOT, header, scripts
from pages import (
    BLOCK,
    benchmarks,
    command,
    excerpt,
    missing_for,
    numbers_without_a_run,
    selected,
)
from running import result_in_copy


def table(folder, seconds):
    """Return the table of a folder's scripts; `seconds` maps a script to its measured seconds."""
    rows = ["| script | the one idea | seconds |", "|---|---|---|"]
    for script in scripts():
        if Path(script).parent.as_posix() == folder:
            idea = header(ROOT / script)["idea"]
            name = Path(script).name
            rows.append(f"| [`{name}`]({name}) | {idea} | {seconds.get(script, '')} |")
    return "\n".join(rows)


def seconds_in(body, folder):
    """Return {script: seconds} of a table that stands in a page already."""
    return {
        f"{folder}/{row.split('](')[1].split(')')[0]}": row.split("|")[-2].strip()
        for row in body.splitlines()
        if "](" in row
    }


def main(only):
    outputs = {}

    def result_of(script, arguments=()):
        key = " ".join([script, *arguments])
        if key not in outputs:
            print(f"running {key}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                outputs[key] = result_in_copy(
                    script, folder, arguments=tuple(arguments), fresh=True
                )
            if outputs[key].returncode:
                print(f"{key} ended with {outputs[key].returncode}:\n{outputs[key].stderr[-1000:]}")
        return outputs[key]

    def fill(found):
        kind, what, body = found["kind"], found["what"], found["fenced"] or found["other"]
        if kind == "scripts":
            seconds = seconds_in(body, what)
            for key, run in outputs.items():
                if not run.returncode and " " not in key:
                    seconds[key] = f"{run.seconds:.0f}"
            body = table(what, seconds) + "\n"
        elif kind == "excerpt":
            body = f"```python\n{excerpt(what)}\n```\n"
        elif kind == "benchmark":
            measured = benchmarks().get(what)  # no table: it was never measured
            body = f"{measured}\n" if measured else body
        elif missing := missing_for(what):
            print(f"left as it is, for {missing} are not installed: {what}")
        elif not only or command(what)[0] in only:
            script, arguments = command(what)
            result = result_of(script, arguments)
            if not result.returncode:
                body = f"```text\n{selected(result.stdout, what)}\n```\n"
        end = "" if found["fenced"] and not found["end"] else "<!-- end -->"
        return f"<!-- {kind}: {what} -->\n{body}{end}"

    for page in PAGES:
        file = ROOT / page
        if file.exists():
            text = BLOCK.sub(fill, file.read_text(encoding="utf-8"))
            text = BLOCK.sub(fill, text)  # again: the tables now know the seconds
            file.write_text(text, encoding="utf-8", newline="\n")


def save_numbers():
    """Write known_numbers.md: what stands in sentences, and in no block or check."""
    lines = ["# Numbers in sentences that no run of the tests brings", ""]
    lines += ["Facts, sums, and what was measured once. Look at each before you add it here."]
    lines += ["`python tests/update_pages.py numbers` writes this list.", ""]
    lines += [f"- {page}: {' '.join(numbers_without_a_run(page))}" for page in PAGES]
    file = ROOT / "tests" / "known_numbers.md"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["numbers"]:
        save_numbers()
        sys.exit()
    main([Path(name).as_posix() for name in sys.argv[1:]])

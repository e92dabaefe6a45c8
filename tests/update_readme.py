"""Run the scripts and put their real outputs and excerpts into the README.

    python tests/update_readme.py                     everything
    python tests/update_readme.py 04/train_model.py   the blocks of these scripts alone

A new Keras is this one command, and one diff to read.
"""

import sys
import tempfile
from pathlib import Path

import course

README = course.ROOT / "README.md"


def table(chapter, seconds):
    """Return the table of a chapter's scripts; `seconds` maps a script to its measured seconds."""
    rows = ["| script | the one idea | reads | writes | seconds |", "|---|---|---|---|---|"]
    for script in course.scripts():
        if script.startswith(chapter):
            head = course.header(course.ROOT / script)
            link = f"[`{script.split('/')[1]}`]({script})"
            reads, writes = (
                ", ".join(f"`{name}`" if "." in name or "/" in name else name for name in cell)
                for cell in (course.names(head["reads"]), course.names(head["writes"]))
            )
            time = seconds.get(script, "")
            rows.append(f"| {link} | {head['idea']} | {reads or '-'} | {writes or '-'} | {time} |")
    return "\n".join(rows)


def seconds_in(body):
    """Return {script: seconds} of a table that stands in the README already."""
    return {
        row.split("](")[1].split(")")[0]: row.split("|")[-2].strip()
        for row in body.splitlines()
        if "](" in row
    }


def main(only):
    outputs = {}

    def ran(script, arguments=()):
        key = " ".join([script, *arguments])
        if key not in outputs:
            print(f"running {key}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                outputs[key] = course.run_in_copy(script, folder, arguments=tuple(arguments))
            if outputs[key].status:
                sys.exit(f"{key} failed:\n{outputs[key].stderr}")
        return outputs[key]

    def fill(found):
        kind, what, body = found["kind"], found["what"], found["body"]
        if kind == "scripts":
            seconds = seconds_in(body)
            for script in course.scripts():
                runs = [run for key, run in outputs.items() if key.split()[0] == script]
                if runs:
                    seconds[script] = f"{runs[0].seconds:.0f}"
                elif script.endswith("_exercise.py"):
                    seconds[script] = "yours"  # it waits for the reader
            body = table(what, seconds) + "\n"
        elif kind == "excerpt":
            body = f"```python\n{course.excerpt(what)}\n```\n"
        elif kind == "benchmark":
            measured = course.benchmarks().get(what)  # no table: it was never measured
            body = f"{measured}\n" if measured else body
        elif missing := course.missing(what):
            print(f"left as it is, for {missing} are not installed: {what}")
        elif not only or course.command(what)[0] in only:
            script, arguments = course.command(what)
            body = f"```text\n{course.select(ran(script, arguments).stdout, what)}\n```\n"
        return f"<!-- {kind}: {what} -->\n{body}<!-- end -->"

    text = README.read_text(encoding="utf-8")
    text = course.BLOCK.sub(fill, text)
    if not only:  # where no output is quoted, the seconds are
        quoted = {key.split()[0] for key in outputs}
        for script in course.scripts():
            if script not in quoted and not script.endswith("_exercise.py"):
                ran(script)
    text = course.BLOCK.sub(fill, text)  # again: the tables now know the seconds
    README.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main([Path(name).as_posix() for name in sys.argv[1:]])

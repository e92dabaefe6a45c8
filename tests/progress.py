"""What a person sees while the tests run, and the last lines, which say what came out."""

import collections
import re
import sys
import time

import pytest
from missing import all_is_installed

HELP = """\
What to do: the lines above that begin with "E" say what was expected and what came instead.
If you have changed a script, an exercise for instance, this is what the tests are for: they
compare it with the page. `git status` lists what was changed, `git diff` how, and
`python -m pytest --last-failed` runs again what failed, alone.
If you have changed nothing, please report the last 50 lines, with your system and Python."""
# What a skip says, and how the last line counts it.
REASONS = [
    (r"takes? minutes", "minutes: python -m pytest --long"),
    (r"no internet|URL fetch failure", "no internet"),
    (r"its claims are about", "changed runs: python tests/claims.py"),
    (r"No module named '([\w.]+)'", r"no \1"),
    (r"`Import (\w+)` failed", r"no \1"),
    (r"(.+) is not installed", r"no \1"),
    (r"not installed: (.+)", r"no \1"),
]
# What may be skipped where everything is installed (COURSE_TESTS=all).
FREE = r"takes? minutes|no internet|URL fetch failure|its claims are about|Windows|is no clone"
FREE += r"|no other address|no network namespaces"


def reason(text):
    """Return a skip's reason in the words of the last line."""
    for pattern, words in REASONS:
        if found := re.search(pattern, text):
            names = [name.strip(" []'") for name in "".join(found.groups()).split(",")]
            return words.replace(r"\1", ", ".join(dict.fromkeys(names)))
    return text[:80]


def duration(seconds):
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Progress:
    """Counts the tests that are done, and says so on one line of a terminal, or now and then."""

    def __init__(self, config):
        self.config, self.start = config, time.monotonic()
        self.total = self.done = self.told = 0
        self.bad = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.total = len(ids)

    def pytest_collection_finish(self, session):
        self.total = self.total or len(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report):
        """Print no dot for what is as it should be."""
        if self.config.get_verbosity() <= 0 and report.outcome != "failed":
            outcome = report.outcome if report.when == "call" or report.skipped else ""
            return outcome, "", ""
        return None

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.bad.add(report.nodeid)
        if report.when != "teardown" or self.config.get_verbosity() > 0:
            return
        self.done += 1
        terminal, percent = sys.stdout.isatty(), 100 * self.done // max(1, self.total)
        if terminal or percent >= self.told + 10 or self.done == self.total:
            self.told = percent
            place = re.search(r"(\w+)\.py", report.nodeid)[1].removeprefix("test_")
            bad = f", {len(self.bad)} FAILED" if self.bad else ""
            line = f"{self.done} of {self.total} tests, {duration(time.monotonic() - self.start)}"
            line = f"{line}{bad} ({place})"
            print(
                f"\r{line:<79.79}" if terminal else line, end="" if terminal else "\n", flush=True
            )

    def skips(self):
        """Return the reason of each skip so far."""
        stats = self.config.pluginmanager.get_plugin("terminalreporter").stats
        texts = [str(report.longrepr[2]) for report in stats.get("skipped", [])]
        return [text.removeprefix("Skipped: ") for text in texts]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        """Where everything is installed, what is skipped for another reason is a failure."""
        other = {text for text in self.skips() if not re.search(FREE, text)}
        if all_is_installed() and other:
            print(f"\nCOURSE_TESTS=all, but skipped: {'; '.join(sorted(other))}")
            session.exitstatus = 1

    def pytest_unconfigure(self):
        """Say what came out, below what pytest says."""
        stats = self.config.pluginmanager.get_plugin("terminalreporter").stats
        skipped = collections.Counter(map(reason, self.skips()))
        parts = [f"{len(stats.get('passed', []))} passed", f"{len(self.bad)} failed"]
        parts += [f"{count} not run ({words})" for words, count in skipped.most_common()]
        if self.done or self.bad:
            print("\n" + ", ".join(parts) + ("." if not self.bad else f".\n{HELP}"))

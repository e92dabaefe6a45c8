"""What a machine may lack: packages, programs, the internet. Tests that need it are skipped.

COURSE_TESTS=all (set by .ci/run, which installs everything) makes such a skip a failure.
"""

import importlib.util
import os
import re
import shutil

import pytest

# How Python and Keras say that a package or a download is missing.
NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w]+)")
NO_PACKAGE = re.compile(r"(?s)ImportError: .*install")
ERROR = re.compile(r"(?m)^\w+(?:Error|Exception): ")
NO_DOWNLOAD = re.compile(r"Exception: URL fetch failure on \S+ ?: None -- (?!.*CERTIFICATE)")


def all_is_installed():
    """Say whether nothing may be skipped because something is not installed."""
    return os.environ.get("COURSE_TESTS") == "all"


def lacks(reason):
    """Skip a test, with the reason, for what a reader's machine may lack."""
    assert not all_is_installed(), f"COURSE_TESTS=all, but: {reason}"
    pytest.skip(reason)


def missing_packages(*packages):
    """Return which packages are not installed."""
    return [package for package in packages if not importlib.util.find_spec(package)]


def needs(*packages):
    """Skip a test where a package is missing that readers may lack."""
    if missing := missing_packages(*packages):
        lacks(f"not installed: {', '.join(missing)}")


def needs_program(name, package=""):
    """Skip a test where a program is missing; `package` is where Debian has it."""
    if not shutil.which(name):
        lacks(f"not installed: the program {name}" + (f" ({package})" if package else ""))


def last_line(result):
    """Return the last line that a script wrote to stderr."""
    return "".join(result.stderr.strip().splitlines()[-1:])


def no_package(result):
    """Say whether a script ended because a package is missing: Python's own last words say so."""
    errors = [found.start() for found in ERROR.finditer(result.stderr)]
    words = result.stderr[errors[-1] :] if errors else ""  # pandas' have several lines
    named = NO_MODULE.match(words)
    missing = bool(named and missing_packages(named[1])) or NO_PACKAGE.match(words)
    return result.returncode != 0 and bool(missing)


def no_download(result):
    """Say whether a script ended because a download failed: Keras' own last line says so."""
    return result.returncode != 0 and bool(NO_DOWNLOAD.match(last_line(result)))

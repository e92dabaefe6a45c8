"""What a script printed: its numbers, its own lines on stderr, and whether two outputs differ."""

import re

TIME = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:ms|us|s)\b")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
CHATTER = re.compile(
    r"(WARNING: All log messages|[IWE]0000 |WARNING:absl:You are saving|[IWE]\d{4} \d\d:\d\d)"
)


def numbers(line):
    """Return the numbers of a line."""
    return [float(text.replace(",", "")) for text in NUMBER.findall(line)]


def first_number(output, label):
    """Return the first number behind the first occurrence of a label in an output."""
    place = output.index(label) + len(label)
    return float(NUMBER.search(output, place)[0].replace(",", ""))


def own_lines(result):
    """Return the lines a script wrote to stderr itself, without TensorFlow's start-up chatter."""
    lines = result.stderr.splitlines()
    return [line for line in lines if line.strip() and not CHATTER.match(line)]


def shape(line):
    """Return a line with its numbers masked and its padding collapsed."""
    return re.sub(r" +|-{2,}", " ", NUMBER.sub("#", line)).strip()


def difference(quoted, printed, allowed=None):
    """Return why two outputs differ, in words, or None.

    Text must be equal, numbers as near as allowed; times like "3ms" or "0s" may always differ.
    """
    old, new = quoted.splitlines(), printed.splitlines()
    if len(old) != len(new):
        return f"{len(old)} lines quoted, {len(new)} printed"
    for a, b in zip(old, new, strict=True):
        line, other = TIME.sub("#s", a), TIME.sub("#s", b)
        if line == other:
            continue
        if allowed is None or shape(line) != shape(other):
            return f"quoted {a!r}, printed {b!r}"
        kind, bound = allowed
        for x, y in zip(numbers(line), numbers(other), strict=True):
            low, high = sorted((max(abs(x), 1e-12), max(abs(y), 1e-12)))
            off = abs(x - y) > bound * high if kind == "within" else x * y < 0 or high > bound * low
            if off:
                return f"{x} quoted, {y} printed, in {a!r}"
    return None

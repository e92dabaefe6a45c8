"""What the page of 05/more says of reuse. Each of the five runs takes five new seeds of its own."""

from claims import Claim
from outputs import numbers

PAGE, SCRIPT = "05/more/README.md", "05/more/reuse_layers.py"


def reseed(text, seed):
    return text.replace("SEEDS = [1, 2, 3, 4, 5]", f"SEEDS = {[10 * seed + n for n in range(5)]}")


def average(output, examples):
    """Return the averages of the reused layers and of the network from scratch, and the gain."""
    return numbers(output.split(f"average, {examples} examples:")[1].splitlines()[0])


CLAIMS = [
    Claim(
        PAGE,
        "With ten pictures of each, reuse gains more than 15 points on average.",
        SCRIPT,
        lambda output: average(output, 10)[2] > 15,
        reseed=reseed,
    ),
    Claim(
        PAGE,
        "With a hundred pictures of each, the network from scratch is ahead.",
        SCRIPT,
        lambda output: average(output, 100)[2] < 0,
        reseed=reseed,
    ),
    Claim(
        PAGE,
        "With ten pictures of each digit, a network from scratch is hardly better than guessing",
        SCRIPT,
        lambda output: average(output, 10)[1] < 65,
        reseed=reseed,
    ),
]

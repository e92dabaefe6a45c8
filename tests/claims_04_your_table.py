"""What the page says of a table of the reader's own, for five seeds."""

from claims import Claim
from outputs import first_number

PAGE, TABLE = "04/your_table/README.md", "04/your_table/train_table.py"

CLAIMS = [
    Claim(
        PAGE,
        "The network is off by less than a fifth of that",
        TABLE,
        lambda out: first_number(out, "test rows is") < first_number(out, "the average:") / 5,
    ),
]

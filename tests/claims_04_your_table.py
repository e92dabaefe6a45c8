"""What the page says of a table of the reader's own, for five seeds."""

from claims import Claim
from outputs import first_number

PAGE, TABLE = "04/more/README.md", "04/more/your_own_table.py"

CLAIMS = [
    Claim(
        PAGE,
        "The network is off by less than a sixth of that",
        TABLE,
        lambda out: first_number(out, "test rows:") < first_number(out, "for all rows:") / 6,
    ),
]

"""What 03/more/README.md says of a training on any backend, for five seeds."""

from claims import Claim
from outputs import first_number

CLAIMS = [
    Claim(
        "03/more/README.md",
        "The test MSE is now a number between 7e-05 and 4e-04",
        "03/more/choose_backend.py",
        lambda out: 7e-5 < first_number(out, "test MSE") < 4e-4,
        changes=(("shuffle=False", "shuffle=True"),),
    )
]

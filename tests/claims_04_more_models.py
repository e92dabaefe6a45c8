"""What the section on predict_your_game.py claims for every seed."""

from claims import Claim
from outputs import first_number

GAME = "04/more/predict_your_game.py"


BEYOND = (("unit_price=55.99", "unit_price=79.99"),)


def far_short(output):
    return first_number(output, "predicted earnings $") < 377_605 - 20_000


CLAIMS = [
    Claim(
        page="04/more/README.md",
        sentence="the network is tens of thousands of dollars short",
        script=GAME,
        holds=far_short,
        changes=BEYOND,
    ),
    Claim(
        page="04/more/README.md",
        sentence="predicts between 290,000 and 350,000 dollars, depending on the seed",
        script=GAME,
        holds=lambda output: 290_000 < first_number(output, "predicted earnings $") < 350_000,
        changes=BEYOND,
    ),
]

"""What the section on predict_your_game.py claims for every seed."""

import course

GAME = "04/more/predict_your_game.py"


def dearer(text, seed):
    """Type the price of the second exercise, and another seed."""
    assert text.count("unit_price=55.99") == 1
    text = text.replace("unit_price=55.99", "unit_price=79.99")
    return text.replace("seed(7)", f"seed({seed})")


def far_short(output):
    return course.first_number(output, "predicted earnings $") < 377_605 - 20_000


CLAIMS = [
    course.Claim(
        page="04/more/README.md",
        sentence="the network is tens of thousands of dollars short",
        script=GAME,
        holds=far_short,
        reseed=dearer,
    )
]

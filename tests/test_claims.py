"""What the pages say of a run: each claim stands on its page, and our own seed holds it.

python tests/claims.py tries five other seeds.
"""

import functools

import pytest
from claims import all_claims, printed
from layout import text_of
from running import replaced

CLAIMS = all_claims()


@pytest.mark.parametrize("page", sorted({claim.page for claim in CLAIMS}))
def test_claims_stand_in_their_page(page):
    sentences = [claim.sentence for claim in CLAIMS if claim.page == page]
    assert [sentence for sentence in sentences if sentence not in text_of(page)] == []


@pytest.mark.parametrize("script", sorted({claim.script for claim in CLAIMS}))
def test_our_seed_holds_the_claims_about_the_script_as_it_stands(script, finished):
    claims = [claim for claim in CLAIMS if claim.script == script and not claim.changes]
    if not claims:
        pytest.skip("its claims are about changed runs: python tests/claims.py")
    said = finished(script).stdout
    broken = [claim.sentence for claim in claims if not claim.holds(said)]
    assert broken == []


CHANGED = [claim for claim in CLAIMS if claim.changes]


def test_changes_of_claims_fit_their_scripts():
    """What is changed for a claim is still there, and a program comes out."""
    for claim in CHANGED:
        compile(replaced(text_of(claim.script), *claim.changes), claim.script, "exec")


@pytest.mark.long
@pytest.mark.parametrize("script", sorted({claim.script for claim in CHANGED}))
def test_our_seed_holds_the_claims_about_the_script_as_it_is_changed(script):
    run, broken = functools.cache(printed), []
    for claim in CHANGED:
        if claim.script == script:
            text = replaced(text_of(script), *claim.changes)
            if not claim.holds(run(script, claim.arguments, text)):
                broken.append(claim.sentence)
    assert broken == []

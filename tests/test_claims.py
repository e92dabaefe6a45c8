"""What the pages say of a run: each claim stands on its page, and our own seed holds it.

python tests/claims.py tries five other seeds.
"""

import pytest
from claims import all_claims
from layout import text_of

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
    printed = finished(script).stdout
    broken = [claim.sentence for claim in claims if not claim.holds(printed)]
    assert broken == []

"""What the pages say of a run: each claim stands on its page, and our own seed holds it.

python tests/claims.py tries five other seeds.
"""

import pytest
from claims import all_claims
from layout import text_of
from running import before_it, copy_chapter, output_of, replaced, take_over

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


CHANGED = [claim for claim in CLAIMS if claim.changes]


def test_changes_of_claims_fit_their_scripts():
    """What is changed for a claim is still there, and a program comes out."""
    for claim in CHANGED:
        compile(replaced(text_of(claim.script), *claim.changes), claim.script, "exec")


@pytest.mark.long
@pytest.mark.parametrize("script", sorted({claim.script for claim in CHANGED}))
def test_our_seed_holds_the_claims_about_the_script_as_it_is_changed(script, tmp_path, result_of):
    printed, broken = {}, []
    for number, claim in enumerate(claim for claim in CHANGED if claim.script == script):
        text = replaced(text_of(script), *claim.changes)
        if text not in printed:
            folder = tmp_path / str(number)
            path = copy_chapter(script, folder)
            for earlier in before_it(script):
                take_over(result_of(earlier), copy_chapter(earlier, folder))
            path.write_text(text, encoding="utf-8")
            printed[text] = output_of(path, *claim.arguments)
        if not claim.holds(printed[text]):
            broken.append(claim.sentence)
    assert broken == []

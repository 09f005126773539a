"""What profile 1.0 cannot carry, said before it is left out."""

from hypothesis import given

from lsl_documents import RANDOM, a_document, a_full_document, an_eleve, documents
from lsl_xml import NotCarried, Part, Profile, carried, not_carried


def test_profile_1_1_carries_everything():
    assert not_carried(a_full_document(), Profile.V1_1) == ()
    assert carried(a_full_document(), Profile.V1_1) == a_full_document()


def test_what_1_0_loses_is_listed_header_first_then_pupil_by_pupil():
    assert not_carried(a_full_document(), Profile.V1_0) == (
        NotCarried(None, None, Part.VERSION),
        NotCarried(None, None, Part.DIVISION),
        NotCarried(1001, None, Part.INE),
        NotCarried(1001, 2024, Part.CODE_MEF),
        NotCarried(1001, 2024, Part.AVIS_PFMP),
        NotCarried(1001, 2024, Part.CHEF_OEUVRE),
        NotCarried(1001, 2024, Part.PARCOURS_DIFFERENCIE),
        NotCarried(1001, 2023, Part.CODE_MEF),
    )


def test_a_document_without_any_of_them_loses_nothing():
    document = a_document(an_eleve(), division=None)

    assert not_carried(document, Profile.V1_0) == ()
    assert carried(document, Profile.V1_0) == document


def test_each_part_has_its_french_label():
    assert [part.label for part in Part] == [
        "version de l’écriture du fichier",
        "division",
        "identifiant national (INE)",
        "code MEF",
        "synthèse des PFMP",
        "chef-d’œuvre ou projet",
        "parcours différencié",
    ]


@RANDOM
@given(documents())
def test_what_is_carried_has_nothing_more_to_lose_and_something_is_said_of_every_loss(document):
    kept = carried(document, Profile.V1_0)

    assert not_carried(kept, Profile.V1_0) == ()
    assert (not_carried(document, Profile.V1_0) == ()) == (kept == document)

"""The two schemas, and what a person reads when a file breaks one."""

from io import BytesIO
from pathlib import Path

import pytest

from lsl_breaches import BREACHES_OF_1_1, BREACHES_OF_BOTH, TIGHTENED
from lsl_documents import a_document, a_full_document
from lsl_xml import (
    Document,
    Profile,
    Reason,
    Unreadable,
    build,
    parse,
    serialise,
    validate,
    validate_stream,
    validate_tree,
    write,
)
from lsl_xml.profile import compiled_schema

EVERY_BREACH = (*BREACHES_OF_BOTH, *BREACHES_OF_1_1, *TIGHTENED)
GOLDEN = Path(__file__).parent / "golden"
FILES = {profile: (GOLDEN / f"lsl-{profile}.xml").read_text("utf-8") for profile in Profile}


@pytest.mark.parametrize("profile", Profile)
def test_the_golden_file_is_valid(profile):
    assert validate(FILES[profile].encode()) == ()


@pytest.mark.parametrize("breach", BREACHES_OF_BOTH, ids=lambda breach: breach.phrase)
@pytest.mark.parametrize("profile", Profile)
def test_a_breach_of_both_profiles_is_told_in_french_with_its_line(profile, breach):
    text, line = _broken(profile, breach)

    findings = validate(text)

    assert [(finding.line, finding.phrase) for finding in findings] == [(line, breach.phrase)]


@pytest.mark.parametrize("breach", BREACHES_OF_1_1 + TIGHTENED, ids=lambda breach: breach.phrase)
def test_a_breach_of_profile_1_1_is_told_in_french_with_its_line(breach):
    text, line = _broken(Profile.V1_1, breach)

    findings = validate(text)

    assert [(finding.line, finding.phrase) for finding in findings] == [(line, breach.phrase)]


@pytest.mark.parametrize("breach", TIGHTENED, ids=lambda breach: breach.phrase)
def test_profile_1_0_lets_through_what_the_published_schema_lets_through(breach):
    text, _line = _broken(Profile.V1_0, breach)

    assert validate(text) == ()


@pytest.mark.parametrize(
    ("profile", "breach"),
    [(profile, row) for profile in Profile for row in (*BREACHES_OF_BOTH, *TIGHTENED)]
    + [(Profile.V1_1, row) for row in BREACHES_OF_1_1],
)
def test_checking_pupil_by_pupil_gives_the_verdict_of_the_whole_file(profile, breach):
    data, _line = _broken(profile, breach)

    verdict = compiled_schema(profile).validate(parse(data))

    assert (validate(data) == ()) == verdict


@pytest.mark.parametrize("breach", EVERY_BREACH, ids=lambda breach: breach.phrase)
def test_a_streamed_file_has_the_findings_of_the_whole_file(breach):
    data, _line = _broken(Profile.V1_1, breach)

    streamed = list(validate_stream(BytesIO(data)))

    assert streamed == ([] if breach.new == "<note/><donnees>" else list(validate(data)))


def _broken(profile, breach):
    text = FILES[profile]
    assert breach.old in text
    line = text[: text.index(breach.at or breach.old)].count("\n") + 1
    return text.replace(breach.old, breach.new, 1).encode(), line


def test_an_empty_text_is_too_short_in_1_0():
    text = FILES[Profile.V1_0].replace("Avis favorable.", "")

    assert [finding.phrase for finding in validate(text.encode())] == [
        "Le texte de l’élément « avisChefEtab » a 0 caractère ; le minimum est 1."
    ]


def test_a_number_of_1_0_may_be_anything_but_has_a_point():
    text = FILES[Profile.V1_0].replace('moyenne="11.84"', 'moyenne="11,84"')

    assert [finding.phrase for finding in validate(text.encode())] == [
        (
            "L’attribut « moyenne » de l’élément « structure » vaut « 11,84 » ; "
            "il faut un nombre décimal, avec un point."
        )
    ]


def test_a_third_year_is_refused_in_1_1_and_not_in_1_0():
    third = '<scolarite annee-scolaire="2022" code-periode="T">'
    for profile, expected in ((Profile.V1_0, 0), (Profile.V1_1, 1)):
        text = FILES[profile]
        start, end = text.rindex("<scolarite annee"), text.rindex("</scolarite>") + 12
        year = text[start:end]
        more = year + year.replace("2024", "2023") + third + year[year.index("\n") :]
        assert len(validate(text.replace(year, more).encode())) == expected


def test_the_same_subject_twice_is_refused_in_1_1_and_not_in_1_0():
    for profile, expected in ((Profile.V1_0, []), (Profile.V1_1, ["071100, S"])):
        text = FILES[profile]
        start, end = text.rindex("<evaluation"), text.rindex("</evaluation>") + 13
        phrases = [
            finding.phrase
            for finding in validate((text[:end] + text[start:end] + text[end:]).encode())
        ]
        assert phrases == [
            f"La matière et la modalité {value} figurent deux fois la même année."
            for value in expected
        ]


def test_a_breach_names_the_pupil_it_stands_in_and_keeps_the_raw_message():
    text = FILES[Profile.V1_1].replace('<eleve id="1002">', '<eleve id="1002" sexe="F">')

    finding, *others = validate(text.encode())

    assert others == []
    assert finding.eleve_id == 1002
    assert finding.detail == (
        "Element 'eleve', attribute 'sexe': The attribute 'sexe' is not allowed."
    )


def test_a_breach_of_the_header_names_no_pupil():
    findings = validate(FILES[Profile.V1_1].replace("TMELEC", " ").encode())

    assert [(finding.line, finding.eleve_id) for finding in findings] == [(8, None)]


def test_a_tree_never_written_has_findings_without_line():
    findings = validate_tree(build(a_document(division="TROP LONGUE"), Profile.V1_1))

    assert [(finding.line, finding.phrase) for finding in findings] == [
        (None, "Le texte de l’élément « division » a 11 caractères ; le maximum est 8.")
    ]


def test_an_endless_list_of_breaches_is_cut():
    text = FILES[Profile.V1_1].replace("<donnees>", "<donnees>" + '<eleve id="x"/>' * 500)

    assert len(validate(text.encode())) == 200


def test_many_breaches_of_brothers_do_not_take_a_time_that_grows_with_their_square():
    text = FILES[Profile.V1_1].replace("<donnees>", "<donnees>" + "<eleve/>" * 50_000)

    findings = validate(text.encode())

    assert [finding.phrase for finding in findings[:2]] == [
        "Il manque l’attribut « id » à l’élément « eleve ».",
        (
            "Il manque un élément dans l’élément « eleve » "
            "(attendu : « engagements », « avisExamen », « scolarites »)."
        ),
    ]
    assert len(findings) == 200


def test_a_pupil_of_endless_content_is_refused_unread():
    more = '<enseignant nom="A" prenom="B"/>' * 5_000
    text = FILES[Profile.V1_0].replace("<enseignants>", f"<enseignants>{more}", 1)

    assert [(found.line, found.eleve_id, found.phrase) for found in validate(text.encode())] == [
        (9, 1001, "L’élève contient 5032 éléments ; le maximum est 5000.")
    ]


def test_a_validated_tree_is_left_as_it_was():
    root = build(a_full_document(), Profile.V1_1)

    assert validate_tree(root) == ()
    assert serialise(root) == FILES[Profile.V1_1].encode()


def test_a_tree_whose_list_of_breaches_is_cut_keeps_its_pupils_and_no_other():
    text = FILES[Profile.V1_1].replace("<donnees>", "<donnees>" + "<eleve/>" * 99)
    text = text.replace("LivretPro", "y" * 51).replace("0380001V", "?").replace("TMELEC", " ")
    root = parse(text.encode())

    assert len(validate_tree(root)) == 200
    pupils = [eleve.get("id") for eleve in root.iter("eleve")]
    assert pupils == [None] * 99 + ["1001", "1002"]


def test_a_file_without_pupils_is_refused():
    root = build(Document(a_document().entete, ()), Profile.V1_1)

    assert [finding.phrase for finding in validate_tree(root)] == [
        "Il manque un élément dans l’élément « donnees » (attendu : « eleve »)."
    ]


def test_a_stream_of_neither_profile_cannot_be_validated():
    with pytest.raises(Unreadable) as caught:
        list(validate_stream(b"<lsl><entete/></lsl>"))

    assert caught.value.code is Reason.PROFILE


def test_a_file_without_known_profile_cannot_be_validated():
    with pytest.raises(Unreadable) as caught:
        validate(b"<lsl/>")

    assert caught.value.code is Reason.PROFILE


def test_lengths_count_code_points_not_bytes():
    text = FILES[Profile.V1_1].replace("Avis favorable.", "𝄞" * 300)

    assert validate(text.encode()) == ()


def test_the_smallest_document_is_valid_in_both_profiles():
    for profile in Profile:
        assert validate(write(a_document(), profile)) == ()

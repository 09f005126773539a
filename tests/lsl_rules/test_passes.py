"""A file in two streamed passes gives what the whole document gives."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsl_documents import RANDOM, a_document, a_scolarite, an_eleve, an_evaluation, documents
from lsl_rules import (
    Accreditation,
    Code,
    Context,
    KnownPupil,
    Report,
    Status,
    Subject,
    Year,
    absent_pupils,
    check_against,
    judged_pupils,
    known_pupil,
    open_file,
    report_data,
)
from lsl_xml import (
    Competence,
    Document,
    Enseignant,
    Profile,
    Unreadable,
    lines_of,
    parse,
    read,
    write,
)

MEF = "2472551333"
CONTEXT = Context(
    uai="0380001V",
    year=2024,
    divisions=frozenset({"TMELEC"}),
    pupils={number: KnownPupil(MEF, Year.TERMINALE, "TMELEC") for number in (1001, 1002, 1003)},
    accreditations=(Accreditation(("LIVRETPRO", "LivretPro")),),
    nomenclature={(2024, MEF): {("071100", "S"): Subject(frozenset({"5001"}))}},
    open_levels=frozenset({Year.TERMINALE}),
)
TWO = write(a_document(an_eleve(), an_eleve(id=1002)), Profile.V1_1)


def in_two_passes(data: bytes, context: Context) -> Report:
    opened = open_file(BytesIO(data), context)
    if opened.outline is None or opened.refusals:
        return Report(opened.refusals)
    pupils = tuple(judged_pupils(BytesIO(data), opened.outline, context))
    return Report((), pupils, tuple(absent_pupils(opened.outline, context)))


@settings(RANDOM, max_examples=15)
@given(documents(), st.sampled_from(Profile))
def test_two_passes_give_what_the_document_in_memory_gives(
    document: Document, profile: Profile
) -> None:
    data = write(document, profile)
    entete = document.entete
    context = replace(
        CONTEXT,
        uai=entete.etablissement,
        divisions=frozenset({entete.division or ""}),
        accreditations=(Accreditation((entete.editeur, entete.application)),),
        pupils={
            one.id: KnownPupil(MEF, Year.TERMINALE, entete.division) for one in document.donnees
        },
    )
    whole = check_against(read(data), context, lines_of(parse(data)))

    assert in_two_passes(data, context) == whole


def test_the_outline_counts_every_pupil_and_the_profile_is_told() -> None:
    document = a_document(an_eleve(), an_eleve(), an_eleve(id=1002))
    opened = open_file(write(document, Profile.V1_0), CONTEXT)

    assert opened.outline is not None
    assert (opened.refusals, opened.profile) == ((), "1.0")
    assert (opened.outline.total, opened.outline.pupils) == (3, {1001, 1002})


def test_the_outline_holds_the_mef_announced() -> None:
    scolarites = (a_scolarite(code_mef=f"{MEF}1"), a_scolarite(annee_scolaire=2023))
    data = write(a_document(an_eleve(scolarites=scolarites)), Profile.V1_1)
    opened = open_file(data, CONTEXT)

    assert opened.outline is not None
    assert opened.outline.mefs == {(2024, MEF)}


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", Code.REJLSL_F01, 1),
        (TWO[:-30], Code.REJLSL_F01, 39),
        (b"<lsl/>", Code.REJLSL_F02, 1),
        (TWO.replace(b'"1002"', b'"1%018d"' % 2), Code.REJLSL_F02, 25),
        (TWO.replace(b'"1002"', b'"zero"'), Code.REJLSL_F02, 25),
        (TWO.replace(b"</donnees>", b"<note/></donnees>"), Code.REJLSL_F02, 40),
        (TWO.replace(b"0380001V", b"0380002W"), Code.REJLSL_F05, 6),
    ],
    ids=[
        "empty",
        "cut",
        "no profile",
        "nineteen digits",
        "pupil",
        "outside the pupils",
        "another school",
    ],
)
def test_what_rejects_the_file_is_told_with_its_line(data: bytes, code: Code, line: int) -> None:
    opened = open_file(data, CONTEXT)

    assert [(found.code, found.line) for found in opened.refusals] == [(code, line)]


@pytest.mark.parametrize(
    "body",
    [b"", b"<donnees/>", b"<entete/>", b"<entete><editeur>A</editeur></entete><donnees/>"],
)
def test_a_file_without_header_or_pupil_breaks_the_schema(body: bytes) -> None:
    start, end = TWO.index(b"<entete>"), TWO.index(b"</lsl:lsl>")
    opened = open_file(TWO[:start] + body + TWO[end:], CONTEXT)

    assert opened.outline is None
    assert {found.code for found in opened.refusals} == {Code.REJLSL_F02}


def test_two_headers_break_the_schema() -> None:
    start, end = TWO.index(b"<entete>"), TWO.index(b"<donnees>")
    opened = open_file(TWO[:end] + TWO[start:end] + TWO[end:], CONTEXT)

    assert [found.code for found in opened.refusals] == [Code.REJLSL_F02]


def test_a_file_too_large_for_a_tree_is_judged_all_the_same() -> None:
    codes = tuple(Competence(f"{code}", "3") for code in range(5000, 5440))
    subjects = tuple(an_evaluation(code_matiere=f"07110{n}", competences=codes) for n in range(10))
    scolarites = (a_scolarite(evaluations=subjects),)
    pupils = (an_eleve(id=n, scolarites=scolarites) for n in range(1, 15))
    data = write(a_document(*pupils), Profile.V1_1)
    opened = open_file(BytesIO(data), CONTEXT)

    with pytest.raises(Unreadable):
        parse(data)
    assert opened.outline is not None
    assert (opened.refusals, opened.outline.total) == ((), 14)


@pytest.mark.parametrize(
    ("where", "strange"),
    [
        (b"</donnees>", b"<note/></donnees>"),
        (b"</donnees>", b"<note><eleve id='9'/></note></donnees>"),
        (b"</donnees>", b"mot</donnees>"),
        (b"</donnees>", b"</donnees><donnees/>"),
        (b"</donnees>", b"</donnees><note>mot</note>"),
        (b"</donnees>", b"</donnees><eleve id='9'/>"),
        (b"<donnees>", b"<donnees nom='x'>"),
        (b"<entete>", b"<note/><entete>"),
        (b"<entete>", b"mot<entete>"),
        (b"<entete>", b"<entete nom='x'>"),
    ],
)
def test_what_stands_around_the_pupils_breaks_the_schema(where: bytes, strange: bytes) -> None:
    opened = open_file(BytesIO(TWO.replace(where, strange)), CONTEXT)

    assert {found.code for found in opened.refusals} == {Code.REJLSL_F02}


def test_what_stands_around_the_pupils_of_a_large_file_is_told_with_its_line() -> None:
    start, end = TWO.index(b"<eleve"), TWO.index(b"</eleve>") + len(b"</eleve>")
    pupils = b"".join(
        TWO[start:end].replace(b"1001", b"%d" % number) + b"\n" * 30 for number in range(1, 3_001)
    )
    data = TWO[:start] + pupils + b"<note/></donnees></lsl:lsl>"

    (refusal,) = open_file(BytesIO(data), CONTEXT).refusals

    assert (refusal.code, refusal.line) == (Code.REJLSL_F02, data.count(b"\n") + 1)
    assert refusal.line > 65_535


def test_pupils_of_one_file_who_disagree_on_the_periods_are_told() -> None:
    document = a_document(
        an_eleve(id=999, scolarites=(a_scolarite(code_periode="S"),)),
        an_eleve(),
        an_eleve(id=1002, scolarites=(a_scolarite(code_periode="S"),)),
        an_eleve(id=1003),
    )

    report = check_against(document, CONTEXT)

    told = [[found.code for found in judged.findings] for judged in report.pupils]
    assert told == [[Code.REJLSL_E01], [], [Code.PARLSL_S03], []]
    assert CONTEXT.periods == {}


def test_a_standing_becomes_a_pupil_known() -> None:
    class Held:
        ine, mef, level, division = "", MEF, "", "TMELEC"
        school_status, former_mef, former_level = True, f"{MEF[:9]}1", ""

    known = known_pupil(Held(), locked=True)

    assert (known.ine, known.level, known.locked) == (None, Year.TERMINALE, True)
    assert (known.former.mef, known.former.level) == (f"{MEF[:9]}1", Year.SECONDE)


def test_a_report_as_data() -> None:
    part = a_scolarite(evaluations=(an_evaluation(enseignants=(Enseignant("DURAND", "A"),)),))
    blank = replace(part, evaluations=(replace(part.evaluations[0], annuelle=" "),))
    document = a_document(an_eleve(scolarites=(blank,)), an_eleve(id=999), an_eleve(id=1002))

    assert report_data(check_against(document, CONTEXT)) == {
        "fichier": None,
        "lus": 3,
        "importes": 1,
        "partiels": 1,
        "rejetes": 1,
        "eleves": [
            {
                "eleve_id": 1001,
                "statut": "PARTIEL",
                "constats": [
                    {
                        "code": "PARLSL_V09",
                        "phrase": "Élève 1001, année 2024, matière 071100 (S), appréciation : "
                        "le texte est vide, il est traité comme absent.",
                        "lieu": "année 2024, matière 071100 (S), appréciation",
                        "valeur": "",
                    }
                ],
            },
            {
                "eleve_id": 999,
                "statut": "REJETE",
                "constats": [
                    {
                        "code": "REJLSL_E01",
                        "phrase": "Élève 999 : cet identifiant est inconnu dans l’établissement.",
                        "lieu": "",
                        "valeur": "999",
                    }
                ],
            },
            {"eleve_id": 1002, "statut": "IMPORTE", "constats": []},
        ],
    }


def test_a_refused_file_as_data() -> None:
    report = in_two_passes(TWO.replace(b"0380001V", b"0380002W"), CONTEXT)

    assert report_data(report) == {
        "fichier": {
            "code": "REJLSL_F05",
            "phrase": "En-tête : l’UAI « 0380002W » n’est pas celui de l’établissement.",
            "ligne": 6,
        },
        "lus": 0,
        "importes": 0,
        "partiels": 0,
        "rejetes": 0,
        "eleves": [],
    }
    assert Status.IMPORTE.value == "IMPORTE"

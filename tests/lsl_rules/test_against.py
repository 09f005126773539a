"""Each code that takes knowing the school: a file that triggers it and nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from lsl_documents import (
    PREMIERE,
    RANDOM,
    TERMINALE,
    a_document,
    a_scolarite,
    an_eleve,
    an_evaluation,
    documents,
)
from lsl_rules import (
    Accreditation,
    Code,
    Context,
    FormerYear,
    KnownPupil,
    Report,
    Status,
    Subject,
    Year,
    check_against,
    informed,
    merge,
)
from lsl_xml import (
    AvisExamen,
    AvisPfmp,
    Competence,
    Document,
    Engagements,
    Enseignant,
    Periode,
    Structure,
)

MEF_1, MEF_T = PREMIERE[:10], TERMINALE[:10]
LIVRETPRO = ("LIVRETPRO", "LivretPro")
OTHER = ("AUTRE", "Autre logiciel")
SPECIALITY = {("071100", "S"): Subject(frozenset({"5001", "5002"}))}
NOMENCLATURE = {
    (2024, MEF_1): SPECIALITY,
    (2024, MEF_T): SPECIALITY,
    (2023, MEF_1): SPECIALITY,
}
IN_TERMINALE = KnownPupil(
    mef=MEF_T,
    level=Year.TERMINALE,
    division="TMELEC",
    ine="0123456789A",
    former=FormerYear(MEF_1, Year.PREMIERE),
)
IN_PREMIERE = KnownPupil(mef=MEF_1, level=Year.PREMIERE, division="TMELEC")
CONTEXT = Context(
    uai="0380001V",
    year=2024,
    divisions=frozenset({"TMELEC", "1MELEC"}),
    pupils={1001: IN_TERMINALE, 1002: IN_PREMIERE},
    accreditations=(Accreditation(LIVRETPRO),),
    nomenclature=NOMENCLATURE,
    open_levels=frozenset({Year.PREMIERE, Year.TERMINALE}),
)


def known(**changes: object) -> Context:
    """The same school, where pupil 1001 is otherwise."""
    return replace(CONTEXT, pupils=CONTEXT.pupils | {1001: replace(IN_TERMINALE, **changes)})


def both() -> Document:
    """1001 and 1002, so that a fault of 1001 is not one of the file."""
    return a_document(an_eleve(), an_eleve(id=1002))


def year(**changes: object) -> Document:
    return a_document(an_eleve(scolarites=(a_scolarite(**changes),)), an_eleve(id=1002))


def subject(**changes: object) -> Document:
    return year(evaluations=(an_evaluation(**changes),))


def before(**changes: object) -> Document:
    """N-1 beside N, for 1001."""
    former = a_scolarite(annee_scolaire=2023, **changes)
    return a_document(an_eleve(scolarites=(a_scolarite(), former)), an_eleve(id=1002))


FILE = {
    Code.REJLSL_F03: (both(), replace(CONTEXT, accreditations=(Accreditation(OTHER),))),
    Code.REJLSL_F04: (both(), replace(CONTEXT, senders={"071100": OTHER})),
    Code.REJLSL_F05: (both(), replace(CONTEXT, uai="0380002W")),
    Code.REJLSL_F06: (
        a_document(an_eleve()),
        replace(CONTEXT, open_levels=frozenset({Year.PREMIERE})),
    ),
    Code.REJLSL_F07: (a_document(division="TCIEL"), CONTEXT),
}
PUPIL = {
    Code.REJLSL_E01: (a_document(an_eleve(id=999), an_eleve(id=1002)), CONTEXT),
    Code.REJLSL_E02: (a_document(an_eleve(), an_eleve(), an_eleve(id=1002)), CONTEXT),
    Code.REJLSL_E03: (
        a_document(an_eleve(ine="9999999999Z"), an_eleve(id=1002)),
        CONTEXT,
    ),
    Code.REJLSL_E04: (both(), known(school_status=False)),
    Code.REJLSL_E05: (both(), known(division=None)),
    Code.REJLSL_E06: (
        both(),
        replace(CONTEXT, accreditations=(Accreditation(LIVRETPRO, frozenset({MEF_1})),)),
    ),
    Code.REJLSL_E07: (both(), known(locked=True)),
    Code.REJLSL_E08: (both(), replace(CONTEXT, open_levels=frozenset({Year.PREMIERE}))),
    Code.REJLSL_E09: (both(), known(division="1MELEC")),
}
PART = {
    Code.PARLSL_S01: (year(annee_scolaire=2022), CONTEXT),
    Code.PARLSL_S02: (
        a_document(an_eleve(id=1002, scolarites=(a_scolarite(annee_scolaire=2023),))),
        CONTEXT,
    ),
    Code.PARLSL_S03: (both(), replace(CONTEXT, periods={(2024, MEF_T): "S"})),
    Code.PARLSL_S04: (before(), known(former=FormerYear(MEF_1, Year.SECONDE))),
    Code.PARLSL_V01: (subject(modalite_election="F"), CONTEXT),
    Code.PARLSL_V02: (
        year(code_periode="S", evaluations=(an_evaluation(periodiques=(Periode(3, Decimal(9)),)),)),
        CONTEXT,
    ),
    Code.PARLSL_V03: (subject(periodiques=(Periode(1, Decimal(25)),)), CONTEXT),
    Code.PARLSL_V04: (subject(structure=Structure(repar_huit_douze=Decimal(120))), CONTEXT),
    Code.PARLSL_V05: (subject(competences=(Competence("5009", "3"),)), CONTEXT),
    Code.PARLSL_V06: (subject(competences=(Competence("5001", "B2"),)), CONTEXT),
    Code.PARLSL_V07: (year(evaluations=(an_evaluation(), an_evaluation())), CONTEXT),
    Code.PARLSL_V08: (
        subject(enseignants=(Enseignant("DURAND", "Anne"), Enseignant("", "Zoë"))),
        CONTEXT,
    ),
    Code.PARLSL_V09: (subject(annuelle=" "), CONTEXT),
    Code.PARLSL_A01: (
        a_document(
            an_eleve(
                id=1002,
                scolarites=(a_scolarite(avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean", 8)),),
            )
        ),
        CONTEXT,
    ),
    Code.PARLSL_A02: (a_document(an_eleve(id=1002, avis_examen=AvisExamen("T"))), CONTEXT),
    Code.PARLSL_A03: (
        a_document(an_eleve(engagements=Engagements(("Z",))), an_eleve(id=1002)),
        CONTEXT,
    ),
}


def codes(report: Report) -> list[Code]:
    told = [*report.file, *(found for judged in report.pupils for found in judged.findings)]
    return [found.code for found in told]


@pytest.mark.parametrize("code", FILE)
def test_a_fault_of_the_file_stops_everything(code: Code) -> None:
    report = check_against(*FILE[code])

    assert (codes(report), report.pupils, report.absent) == ([code], (), ())


def test_the_mef_of_the_file_tells_the_year_before_when_nobody_else_does() -> None:
    in_premiere, in_terminale = (
        check_against(before(code_mef=mef), known(former=FormerYear())).pupils[0]
        for mef in ("24725513321", "24725513331")
    )

    assert Code.PARLSL_S04 not in {one.code for one in in_premiere.findings}
    assert [one.code for one in in_terminale.findings] == [Code.PARLSL_S04]


def test_a_language_alone_may_bear_a_level_of_the_european_framework() -> None:
    codes_of = {("030200", "O"): frozenset({"4001"}), ("071100", "S"): frozenset({"5001"})}
    context = informed(CONTEXT, {(2024, MEF_T): codes_of}, {}, {})
    english = an_evaluation(
        code_matiere="030200",
        modalite_election="O",
        competences=(Competence("4001", "B2"), Competence("4001", "3")),
    )
    speciality = an_evaluation(competences=(Competence("5001", "B2"),))

    (judged,) = check_against(
        a_document(an_eleve(scolarites=(a_scolarite(evaluations=(english, speciality)),))), context
    ).pupils

    assert [(one.code, one.value) for one in judged.findings] == [(Code.PARLSL_V06, "B2")]
    assert judged.findings[0].place == "année 2024, matière 071100 (S), compétence 5001"


def test_a_year_of_which_nothing_is_left_is_not_taken_and_decides_no_code_periode() -> None:
    unknown = a_scolarite(code_periode="S", evaluations=(an_evaluation(code_matiere="999999"),))
    document = a_document(an_eleve(scolarites=(unknown,)), an_eleve(id=1003))
    pupils = CONTEXT.pupils | {1003: IN_TERMINALE}

    first, second = check_against(document, replace(CONTEXT, pupils=pupils)).pupils

    assert first.taken is not None
    assert (first.status, first.taken.scolarites) == (Status.PARTIEL, ())
    assert second.status == Status.IMPORTE


@pytest.mark.parametrize("code", PUPIL)
def test_a_fault_of_a_pupil_rejects_that_pupil_alone(code: Code) -> None:
    report = check_against(*PUPIL[code])
    rejected = [judged for judged in report.pupils if judged.status is Status.REJETE]

    assert (codes(report), len(rejected)) == ([code], 1)
    assert rejected[0].taken is None
    assert report.pupils[-1].status is Status.IMPORTE


@pytest.mark.parametrize("code", PART)
def test_a_fault_below_leaves_the_item_out_and_the_pupil_in_part(code: Code) -> None:
    document, context = PART[code]
    report = check_against(document, context)
    partial = report.pupils[0]
    again = check_against(a_document(partial.taken), context)

    assert (codes(report), partial.status) == ([code], Status.PARTIEL)
    assert codes(again) == []
    assert again.pupils[0].status is Status.IMPORTE


def test_every_code_has_its_file() -> None:
    of_bytes = {Code.REJLSL_F01, Code.REJLSL_F02}  # what no document can hold: test_check_document
    tested = {*FILE, *PUPIL, *PART, Code.INFLSL_01}

    assert tested == set(Code) - of_bytes


def test_pupils_of_the_division_who_are_not_there_are_listed() -> None:
    context = replace(
        CONTEXT,
        pupils={
            1001: IN_TERMINALE,
            1003: IN_TERMINALE,
            1004: replace(IN_TERMINALE, division="1MELEC"),
            1005: replace(IN_TERMINALE, school_status=False),
            1006: IN_PREMIERE,
        },
    )

    report = check_against(a_document(an_eleve()), context)

    assert [(found.code, found.eleve_id) for found in report.absent] == [(Code.INFLSL_01, 1003)]


def test_a_file_that_announces_no_division_takes_the_one_chosen() -> None:
    document = a_document(an_eleve(), division=None)
    elsewhere = check_against(document, replace(CONTEXT, chosen="1MELEC"))
    unknown = check_against(document, replace(CONTEXT, chosen="TCIEL"))

    assert codes(check_against(document, CONTEXT)) == []
    assert codes(elsewhere) == [Code.REJLSL_E09]
    assert codes(unknown) == [Code.REJLSL_F07]


def test_a_change_of_software_that_was_cleared_is_taken() -> None:
    context = replace(CONTEXT, senders={"071100": OTHER}, cleared=frozenset({LIVRETPRO}))

    assert codes(check_against(both(), context)) == []


def test_a_newcomer_of_whom_the_year_before_is_unknown_may_bring_it() -> None:
    context = known(former=FormerYear())

    assert codes(check_against(before(code_mef=PREMIERE), context)) == []


def test_an_unknown_pupil_is_told_of_nothing_else() -> None:
    report = check_against(a_document(an_eleve(id=999, ine="9999999999Z")), CONTEXT)

    assert codes(report) == [Code.REJLSL_E01]


@pytest.mark.parametrize("sent", [Engagements(("Z",)), Engagements((), "\u200b")])
def test_engagements_left_out_whole_replace_nothing(sent: Engagements) -> None:
    before = an_eleve(engagements=Engagements(("C",), "Club photo"))
    document = a_document(an_eleve(engagements=sent))

    (judged,) = check_against(document, CONTEXT).pupils

    assert judged.taken is not None
    assert merge(before, judged.taken).record.engagements == before.engagements


@RANDOM
@given(documents())
def test_what_is_taken_of_any_document_is_taken_whole_the_second_time(document: Document) -> None:
    context = replace(
        CONTEXT,
        uai=document.entete.etablissement,
        divisions=frozenset({document.entete.division}),
        accreditations=(Accreditation((document.entete.editeur, document.entete.application)),),
        pupils={
            eleve.id: replace(
                IN_TERMINALE, division=document.entete.division, ine=eleve.ine, former=FormerYear()
            )
            for eleve in document.donnees
        },
    )

    taken = [judged.taken for judged in check_against(document, context).pupils if judged.taken]
    again = check_against(replace(document, donnees=tuple(taken)), context)

    assert codes(again) == []
    assert [judged.taken for judged in again.pupils] == taken

"""Each fault of meaning: its code, its place, its value, its sentence, and what is no fault."""

from decimal import Decimal

import pytest
from hypothesis import given

from lsl_documents import (
    PREMIERE,
    RANDOM,
    TERMINALE,
    a_document,
    a_full_document,
    a_scolarite,
    an_eleve,
    an_evaluation,
    documents,
    with_evaluation,
    with_scolarite,
)
from lsl_rules import Code, Severity, check_pupil, check_semantics
from lsl_xml import (
    NON_NOTE,
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Engagements,
    Enseignant,
    ParcoursDifferencie,
    Periode,
    Profile,
    Structure,
    carried,
    iter_pupils,
    lines_of,
    parse,
    write,
)

YEAR = "année 2024"
SUBJECT = "année 2024, matière 071100 (S)"
TEACHER = Enseignant("DURAND", "Anne")


def _told(document):
    return [(found.code, found.place, found.value) for found in check_semantics(document)]


def _shares(low, middle, high):
    shares = (Decimal(low), Decimal(middle), Decimal(high))
    return with_evaluation(structure=Structure(22, Decimal(12), *shares))


def _periods(*numbers, code_periode="T"):
    periodes = tuple(Periode(number, Decimal(12)) for number in numbers)
    return with_scolarite(
        code_periode=code_periode, evaluations=(an_evaluation(periodiques=periodes),)
    )


def _years(*scolarites):
    years = tuple(
        a_scolarite(annee_scolaire=annee, code_mef=code_mef) for annee, code_mef in scolarites
    )
    return a_document(an_eleve(scolarites=years))


NO_FAULT = {
    "full": a_full_document(),
    "smallest": a_document(),
    "average 0": with_evaluation(periodiques=(Periode(1, Decimal(0)),)),
    "average 20": with_evaluation(periodiques=(Periode(1, Decimal(20)),)),
    "non noté": with_evaluation(periodiques=(Periode(1, NON_NOTE),)),
    "shares 99.98": _shares("33.32", "33.33", "33.33"),
    "shares 100.02": _shares("33.34", "33.34", "33.34"),
    "two shares only": with_evaluation(
        structure=Structure(repar_moins_huit=Decimal(10), repar_huit_douze=Decimal(10))
    ),
    "periods out of order": _periods(3, 1, 2),
    "two semesters": _periods(1, 2, code_periode="S"),
    "same subject, other modality": with_scolarite(
        evaluations=(an_evaluation(), an_evaluation(modalite_election="F"))
    ),
    "same subject the year before": _years((2024, TERMINALE), (2023, PREMIERE)),
    "N-1 first": _years((2023, PREMIERE), (2024, TERMINALE)),
    "MEF that tells nothing": _years((2024, "24025513331"), (2023, "24025513332")),
    "weeks in terminale": with_scolarite(
        code_mef=TERMINALE, avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean", 22)
    ),
    "weeks, year unknown": with_scolarite(avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean", 22)),
    "PFMP in première without weeks": with_scolarite(
        code_mef=PREMIERE, avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean")
    ),
    "no appreciation": with_evaluation(annuelle=None),
}

FAULTS = {
    "check letter": (
        a_document(etablissement="0380001B"),
        (Code.REJLSL_F05, "en-tête", "0380001B"),
    ),
    "UAI of another form": (
        a_document(etablissement="380001V "),
        (Code.REJLSL_F05, "en-tête", "380001V "),
    ),
    "pupil twice": (a_document(an_eleve(), an_eleve()), (Code.REJLSL_E02, "", "1001")),
    "year twice": (
        a_document(
            an_eleve(
                scolarites=(
                    a_scolarite(),
                    a_scolarite(evaluations=(an_evaluation(code_matiere="030201"),)),
                )
            )
        ),
        (Code.PARLSL_S01, YEAR, "2024"),
    ),
    "year too old": (_years((2024, None), (2022, None)), (Code.PARLSL_S01, "année 2022", "2022")),
    "three years": (
        _years((2024, None), (2023, None), (2022, None)),
        (Code.PARLSL_S01, "année 2022", "2022"),
    ),
    "N-1 in première": (
        _years((2024, PREMIERE), (2023, PREMIERE)),
        (Code.PARLSL_S02, "année 2023", "2023"),
    ),
    "N-1 was terminale": (
        _years((2024, TERMINALE), (2023, TERMINALE)),
        (Code.PARLSL_S04, "année 2023", "2023"),
    ),
    "period 3 of semesters": (
        _periods(1, 3, code_periode="S"),
        (Code.PARLSL_V02, f"{SUBJECT}, période 3", "3"),
    ),
    "period 4 of terms": (_periods(4), (Code.PARLSL_V02, f"{SUBJECT}, période 4", "4")),
    "period 0": (_periods(0), (Code.PARLSL_V02, f"{SUBJECT}, période 0", "0")),
    "period twice": (_periods(1, 1), (Code.PARLSL_V02, f"{SUBJECT}, période 1", "1")),
    "average 25": (
        with_evaluation(periodiques=(Periode(1, Decimal(25)),)),
        (Code.PARLSL_V03, f"{SUBJECT}, période 1", "25"),
    ),
    "average 20.01": (
        with_evaluation(periodiques=(Periode(1, Decimal("20.01")),)),
        (Code.PARLSL_V03, f"{SUBJECT}, période 1", "20.01"),
    ),
    "average -0.5": (
        with_evaluation(periodiques=(Periode(1, Decimal("-0.5")),)),
        (Code.PARLSL_V03, f"{SUBJECT}, période 1", "-0.5"),
    ),
    "group average": (
        with_evaluation(structure=Structure(moyenne=Decimal(-2))),
        (Code.PARLSL_V03, f"{SUBJECT}, groupe", "-2"),
    ),
    "mark of the chef-d’œuvre": (
        with_scolarite(chef_oeuvre=ChefOeuvre((TEACHER,), note=NON_NOTE)),
        (Code.PARLSL_V03, f"{YEAR}, chef-d’œuvre ou projet", "-1"),
    ),
    "share 120": (_shares(120, -20, 0), (Code.PARLSL_V04, f"{SUBJECT}, groupe", "120")),
    "sum 99.97": (
        _shares("33.32", "33.32", "33.33"),
        (Code.PARLSL_V04, f"{SUBJECT}, groupe", "99.97"),
    ),
    "sum 100.03": (
        _shares("33.34", "33.34", "33.35"),
        (Code.PARLSL_V04, f"{SUBJECT}, groupe", "100.03"),
    ),
    "subject twice": (
        with_scolarite(evaluations=(an_evaluation(), an_evaluation())),
        (Code.PARLSL_V07, SUBJECT, "071100 S"),
    ),
    "teacher without name": (
        with_evaluation(enseignants=(TEACHER, Enseignant("", "Zoë"))),
        (Code.PARLSL_V08, SUBJECT, "Zoë"),
    ),
    "teacher without first name": (
        with_evaluation(enseignants=(Enseignant("O’NEIL", "\u200b "), TEACHER)),
        (Code.PARLSL_V08, SUBJECT, "O’NEIL \u200b"),
    ),
    "no teacher": (with_evaluation(enseignants=()), (Code.PARLSL_V08, SUBJECT, "")),
    "no teacher of the chef-d’œuvre": (
        with_scolarite(chef_oeuvre=ChefOeuvre((), note=Decimal(12))),
        (Code.PARLSL_V08, f"{YEAR}, chef-d’œuvre ou projet", ""),
    ),
    "blank appreciation": (
        with_evaluation(annuelle=" \n\u00a0\u200b"),
        (Code.PARLSL_V09, f"{SUBJECT}, appréciation", ""),
    ),
    "blank avis": (
        with_scolarite(avis_chef_etab=Avis(" ", "LEROY", "Claire")),
        (Code.PARLSL_V09, f"{YEAR}, avis du chef d’établissement", ""),
    ),
    "blank parcours": (
        with_scolarite(parcours_differencie=ParcoursDifferencie("\t", "LEROY", "Claire")),
        (Code.PARLSL_V09, f"{YEAR}, parcours différencié", ""),
    ),
    "blank engagement": (
        a_document(an_eleve(engagements=Engagements(("C",), " "))),
        (Code.PARLSL_V09, "engagements", ""),
    ),
    "weeks in première": (
        with_scolarite(code_mef=PREMIERE, avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean", 8)),
        (Code.PARLSL_A01, f"{YEAR}, synthèse des PFMP", "8"),
    ),
    "exam in première": (
        a_document(
            an_eleve(avis_examen=AvisExamen("T"), scolarites=(a_scolarite(code_mef=PREMIERE),))
        ),
        (Code.PARLSL_A02, "avis pour l’examen", "T"),
    ),
    "unknown engagement": (
        a_document(an_eleve(engagements=Engagements(("C", "Z")))),
        (Code.PARLSL_A03, "engagements", "Z"),
    ),
}


@pytest.mark.parametrize("document", NO_FAULT.values(), ids=NO_FAULT)
def test_what_is_allowed_raises_nothing(document):
    assert check_semantics(document) == ()


@pytest.mark.parametrize(("document", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_code_place_and_value(document, expected):
    assert _told(document)[0] == expected


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"share 120"}))
def test_a_fault_is_told_once_and_alone(name):
    document, expected = FAULTS[name]

    assert _told(document) == [expected]


def test_each_share_outside_its_bounds_is_told_and_their_sum_is_not():
    assert _told(_shares(120, -20, 0)) == [
        (Code.PARLSL_V04, f"{SUBJECT}, groupe", "120"),
        (Code.PARLSL_V04, f"{SUBJECT}, groupe", "-20"),
    ]


def test_the_only_teacher_without_name_leaves_none():
    document = with_evaluation(enseignants=(Enseignant(),))

    assert [found.phrase for found in check_semantics(document)] == [
        (
            "Élève 1001, année 2024, matière 071100 (S) : "
            "l’enseignant «  » n’a pas de nom ou pas de prénom."
        ),
        (
            "Élève 1001, année 2024, matière 071100 (S) : "
            "il ne reste aucun enseignant nommé, cette partie serait ignorée."
        ),
    ]


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("check letter", "En-tête : l’UAI « 0380001B » n’a pas la bonne lettre de contrôle."),
        ("pupil twice", "Élève 1001 : cet élève figure déjà plus haut dans le fichier."),
        (
            "average 25",
            (
                "Élève 1001, année 2024, matière 071100 (S), période 1 : "
                "la moyenne 25 n’est ni de 0 à 20, ni -1 (« non noté »)."
            ),
        ),
        (
            "sum 99.97",
            (
                "Élève 1001, année 2024, matière 071100 (S), groupe : "
                "la somme des trois parts est 99.97 % au lieu de 100 %."
            ),
        ),
        (
            "period 3 of semesters",
            (
                "Élève 1001, année 2024, matière 071100 (S), période 3 : "
                "avec la périodicité « S », les périodes vont de 1 à 2."
            ),
        ),
        (
            "weeks in première",
            (
                "Élève 1001, année 2024, synthèse des PFMP : "
                "le nombre de semaines (8) n’est admis qu’en terminale."
            ),
        ),
    ],
)
def test_the_sentence_names_the_pupil_the_place_and_the_value(name, phrase):
    assert [found.phrase for found in check_semantics(FAULTS[name][0])] == [phrase]


def test_a_finding_names_its_pupil_its_severity_and_no_line_without_file():
    (finding,) = check_semantics(FAULTS["average 25"][0])

    assert (finding.eleve_id, finding.severity, finding.line) == (1001, Severity.BLOQUANT, None)


def test_a_finding_has_the_line_of_the_element_it_is_about():
    document = a_document(
        an_eleve(),
        an_eleve(
            id=1002,
            engagements=Engagements(("Z",)),
            scolarites=(
                a_scolarite(
                    evaluations=(
                        an_evaluation(
                            structure=Structure(moyenne=Decimal(21)),
                            periodiques=(Periode(1, Decimal(1)), Periode(2, Decimal(25))),
                            enseignants=(TEACHER, Enseignant()),
                        ),
                    )
                ),
            ),
        ),
        etablissement="0380001B",
    )
    data = write(document, Profile.V1_0)
    rows = [row.strip() for row in data.decode().splitlines()]

    findings = check_semantics(document, lines_of(parse(data)))

    assert [rows[finding.line - 1] for finding in findings] == [
        "<etablissement>0380001B</etablissement>",
        '<engagement code="Z"/>',
        '<structure moyenne="21.00"/>',
        '<periode numero="2" moyenne="25.00"/>',
        '<enseignant nom="" prenom=""/>',
    ]


def test_an_endless_value_is_cut_in_the_sentence():
    (finding,) = check_semantics(with_evaluation(enseignants=(TEACHER, Enseignant("N" * 5000))))

    assert finding.value == "N" * 200 + "…"
    assert len(finding.phrase) < 300


def test_a_streamed_pupil_has_the_findings_and_lines_of_the_whole_file():
    document = a_document(
        an_eleve(), an_eleve(id=1002, scolarites=_periods(1, 4).donnees[0].scolarites)
    )
    data = write(document, Profile.V1_0)

    streamed = [
        finding
        for pupil in iter_pupils(data)
        for finding in check_pupil(pupil.eleve, rank=pupil.rank, lines=pupil.lines)
    ]

    assert tuple(streamed) == check_semantics(document, lines_of(parse(data)))
    assert [finding.code for finding in streamed] == [Code.PARLSL_V02]


@RANDOM
@given(documents())
def test_a_document_without_fault_raises_nothing_in_either_profile(document):
    assert check_semantics(document) == ()
    assert check_semantics(carried(document, Profile.V1_0)) == ()

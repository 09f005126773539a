"""What a record becomes when a file comes: replaced where it speaks, kept where it is silent."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from lsl_documents import RANDOM, a_scolarite, an_eleve, an_evaluation, documents
from lsl_rules import Counts, check_parts, merge
from lsl_xml import (
    Avis,
    AvisExamen,
    ChefOeuvre,
    Competence,
    Document,
    Eleve,
    Engagements,
    Enseignant,
    Evaluation,
    Periode,
    Structure,
)

SHARES = (Decimal(25), Decimal(50), Decimal(25))
TEACHERS = (Enseignant("PETIT", "Jean"),)


def held(**changes: object) -> Eleve:
    evaluation = an_evaluation(
        annuelle="Travail sérieux.",
        competences=(Competence("5001", "2"), Competence("5002", "3")),
    )
    return an_eleve(scolarites=(a_scolarite(evaluations=(replace(evaluation, **changes),)),))


def brought(**changes: object) -> Eleve:
    evaluation = an_evaluation(periodiques=(), **changes)
    return an_eleve(scolarites=(a_scolarite(evaluations=(evaluation,)),))


def subject(record: Eleve) -> Evaluation:
    return record.scolarites[0].evaluations[0]


def test_a_first_import_is_the_file_itself() -> None:
    pupil = held()

    assert merge(None, pupil) == merge(Eleve(1001, ()), pupil)
    assert (merge(None, pupil).record, merge(None, pupil).counts) == (pupil, Counts(created=1))


def test_periods_merge_by_number_and_competences_by_code() -> None:
    pupil = an_evaluation(
        periodiques=(Periode(2, Decimal(9)), Periode(1, Decimal(15))),
        competences=(Competence("5002", "4"), Competence("5003", "1")),
    )

    after = merge(held(), an_eleve(scolarites=(a_scolarite(evaluations=(pupil,)),))).record

    assert subject(after).periodiques == (Periode(1, Decimal(15)), Periode(2, Decimal(9)))
    assert subject(after).competences == (
        Competence("5001", "2"),
        Competence("5002", "4"),
        Competence("5003", "1"),
    )


def test_group_figures_and_teachers_are_replaced_whole() -> None:
    before = held(structure=Structure(22, Decimal(12)))

    after = merge(before, brought(structure=Structure(21), enseignants=TEACHERS)).record

    assert subject(after).structure == Structure(21)
    assert subject(after).enseignants == TEACHERS


@pytest.mark.parametrize(
    ("sent", "stands"),
    [
        (Structure(21, Decimal(25)), Structure(21, Decimal(12))),
        (Structure(21, Decimal(11), Decimal(120)), Structure(21, Decimal(11), *SHARES)),
        (Structure(21, None, None, Decimal(-1), Decimal(50)), Structure(21, None, *SHARES)),
    ],
)
def test_a_figure_that_is_ignored_replaces_nothing(sent: Structure, stands: Structure) -> None:
    shares = SHARES if stands.repar_moins_huit else ()
    taken = Structure(21, None if sent.moyenne == 25 else sent.moyenne)

    before = held(structure=Structure(22, Decimal(12), *shares))
    merged = merge(before, brought(structure=taken), brought(structure=sent))

    assert subject(merged.record).structure == stands
    assert merged.counts == Counts(overwritten=1)


def test_a_mark_of_the_project_that_is_ignored_replaces_nothing() -> None:
    stood = ChefOeuvre(TEACHERS, Decimal(14), "projet", "Bien.")
    sent = ChefOeuvre(TEACHERS, Decimal(34), "projet", None)

    after = merge(
        an_eleve(scolarites=(a_scolarite(chef_oeuvre=stood),)),
        an_eleve(scolarites=(a_scolarite(chef_oeuvre=replace(sent, note=None)),)),
        an_eleve(scolarites=(a_scolarite(chef_oeuvre=sent),)),
    ).record

    assert after.scolarites[0].chef_oeuvre == replace(sent, note=Decimal(14))


def test_another_code_periode_takes_the_periods_of_the_one_before_away() -> None:
    def averages(kind: str, *subjects: tuple[str, int]) -> Eleve:
        """A year kept by `kind`, with so many periods in each subject."""
        told = tuple(
            an_evaluation(
                code_matiere=code,
                periodiques=tuple(Periode(n, Decimal(9)) for n in range(1, count + 1)),
            )
            for code, count in subjects
        )
        return an_eleve(scolarites=(a_scolarite(code_periode=kind, evaluations=told),))

    before = averages("T", ("071100", 3), ("030201", 3), ("030202", 0))
    merged = merge(before, averages("S", ("071100", 2)))

    assert merged.record == averages("S", ("071100", 2), ("030201", 0), ("030202", 0))
    assert merged.counts == Counts(overwritten=2)
    assert not check_parts(merged.record, {})


def test_an_appreciation_absent_or_blank_leaves_the_one_that_stands() -> None:
    kept = {subject(merge(held(), brought(annuelle=text)).record).annuelle for text in (None, " ")}

    assert kept == {"Travail sérieux."}
    assert subject(merge(held(), brought(annuelle="Bien.")).record).annuelle == "Bien."


def test_an_avis_is_replaced_by_its_kind_and_the_others_stay() -> None:
    first, second = Avis("Favorable.", "LEROY", "Claire"), Avis("Réservé.", "LEROY", "Claire")
    before = an_eleve(scolarites=(a_scolarite(avis_chef_etab=first, avis_engagement=first),))

    merged = merge(before, an_eleve(scolarites=(a_scolarite(avis_chef_etab=second),)))

    year = merged.record.scolarites[0]
    assert (year.avis_chef_etab, year.avis_engagement) == (second, first)
    assert merged.counts == Counts(overwritten=1, unchanged=1)


def test_another_subject_and_another_year_are_added() -> None:
    other = a_scolarite(annee_scolaire=2023, evaluations=(an_evaluation(),))
    more = a_scolarite(evaluations=(an_evaluation(code_matiere="030201"),))

    merged = merge(held(), an_eleve(scolarites=(more, other)))

    years = {one.annee_scolaire: len(one.evaluations) for one in merged.record.scolarites}
    assert (years, merged.counts) == ({2024: 2, 2023: 1}, Counts(created=2))


def test_what_the_file_does_not_say_of_the_pupil_stays() -> None:
    before = replace(held(), avis_examen=AvisExamen("T"), engagements=Engagements(("C",)))

    after = merge(before, replace(held(), engagements=Engagements(("V",)))).record

    assert (after.avis_examen, after.engagements) == (AvisExamen("T"), Engagements(("V",)))


@RANDOM
@given(documents(), documents())
def test_the_same_file_twice_changes_nothing(first: Document, second: Document) -> None:
    before = first.donnees[0]
    pupil = replace(second.donnees[0], id=before.id)

    once = merge(before, pupil)
    twice = merge(once.record, pupil)

    assert twice.record == once.record
    assert (twice.counts.created, twice.counts.overwritten) == (0, 0)


@RANDOM
@given(documents())
def test_a_file_into_an_empty_record_is_that_file(document: Document) -> None:
    assert [merge(None, eleve).record for eleve in document.donnees] == list(document.donnees)

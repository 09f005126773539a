"""What a record becomes when a file comes: replaced where it speaks, kept where it is silent."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from lsl_documents import RANDOM, a_scolarite, an_eleve, an_evaluation, documents
from lsl_rules import Counts, merge
from lsl_xml import (
    Avis,
    AvisExamen,
    Competence,
    Document,
    Eleve,
    Engagements,
    Enseignant,
    Evaluation,
    Periode,
    Structure,
)

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

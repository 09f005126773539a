"""What Suivi exports, the Registre holds and gives back to the letter; rehearsing is importing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import factories
import livret_factories
import lsl_rules
import lsl_xml
import registry_factories as make
from livretpro.lsl_export.actions import NothingToExport, Options, create_export
from livretpro.lsl_export.rehearsal import rehearse
from livretpro.lsl_registry.models import HeldPeriodicity, Record
from lsl_xml import Competence, Document, Periode
from random_divisions import PUPILS, division_of, rolled_back

pytestmark = pytest.mark.django_db


@settings(deadline=None, max_examples=15)
@given(
    st.lists(PUPILS, min_size=1, max_size=3),
    st.sampled_from("TS"),
    st.sampled_from(lsl_xml.Profile),
)
def test_a_file_exported_comes_back_from_the_records_to_the_letter(pupils, kind, profile) -> None:
    with rolled_back():
        room = division_of(pupils, kind)
        make.accredited()
        try:
            made = create_export(
                room.division, room.diploma, Options(profile=profile), by=room.head
            )
        except NothingToExport:
            return
        content = bytes(made.version.content)

        seen = make.received(content, chosen=room.division.code)

        sent = lsl_xml.read(content)
        held = tuple(make.record_of(one.id) for one in sent.donnees)
        assert {line.status for line in seen.lines} == {"IMPORTE"}
        assert lsl_xml.write(Document(sent.entete, held), profile) == content


def subject(**changes):
    """The pupil 1001 with another evaluation."""
    year = make.scolarite(evaluations=(make.evaluation(**changes),))
    return make.document(make.eleve(scolarites=(year,)))


FILES = {
    "whole": make.document(),
    "unknown pupil": make.document(make.eleve(), make.eleve(999)),
    "pupil twice": make.document(make.eleve(), make.eleve()),
    "another INE": make.document(make.eleve(ine="9999999999Z")),
    "another school": make.document(etablissement="0380001V"),
    "another software": make.document(editeur="AUTRE"),
    "unknown division": make.document(division="TCIEL"),
    "another division": make.document(division="1MELEC"),
    "old year": make.document(make.eleve(scolarites=(make.scolarite(annee_scolaire=2020),))),
    "another periodicity": make.document(
        make.eleve(scolarites=(make.scolarite(code_periode="S"),))
    ),
    "unknown subject": subject(modalite_election="F"),
    "unknown competence": subject(competences=(Competence("5999", "3"),)),
    "average of 25": subject(periodiques=(Periode(1, make.Decimal(25)),)),
    "blank appreciation": subject(annuelle="  "),
}


@pytest.mark.parametrize("profile", lsl_xml.Profile)
@pytest.mark.parametrize("name", FILES)
def test_a_rehearsal_says_what_an_import_says(name: str, profile: lsl_xml.Profile) -> None:
    room = make.room(2)
    factories.division("1MELEC")
    content = make.content(FILES[name], profile)
    HeldPeriodicity.objects.create(
        school=room.year.school,
        year=room.year.year,
        cfd=factories.CFD,
        level="terminale",
        code=room.periodicity.kind,
    )

    rehearsed = rehearse(content, room.year.school, room.year, chosen="TMELEC").report
    imported = make.received(content, chosen="TMELEC").report()

    assert lsl_rules.report_data(rehearsed) == lsl_rules.report_data(imported)
    assert rehearsed.absent == imported.absent


def test_nothing_of_a_rehearsal_is_kept() -> None:
    room = livret_factories.classroom()

    rehearse(make.content(make.document()), room.year.school, room.year)

    assert not Record.objects.exists()

"""What Suivi exports, the Registre holds and gives back to the letter; rehearsing keeps nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import livret_factories
import lsl_xml
import registry_factories as make
from livretpro.lsl_export.actions import NothingToExport, Options, create_export
from livretpro.lsl_export.rehearsal import rehearse
from livretpro.lsl_registry.models import Record
from lsl_xml import Document
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


def test_nothing_of_a_rehearsal_is_kept() -> None:
    room = livret_factories.classroom()

    rehearse(make.content(make.document()), room.year.school, room.year)

    assert not Record.objects.exists()

"""Whatever a team types, the file made of it is one that LSL takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lsl_rules
import lsl_xml
from livretpro.lsl_export.actions import NothingToExport, Options, create_export
from livretpro.lsl_export.models import ExportVersion
from random_divisions import PUPILS, division_of, exportable, rolled_back

pytestmark = pytest.mark.django_db


@settings(deadline=None, max_examples=40)
@given(
    st.lists(PUPILS, min_size=1, max_size=4),
    st.sampled_from("TS"),
    st.sampled_from(lsl_xml.Profile),
)
def test_every_file_is_valid_and_holds_the_orange_and_green_pupils(pupils, kind, profile) -> None:
    with rolled_back():
        room = division_of(pupils, kind)
        expected = exportable(room)

        try:
            made = create_export(
                room.division, room.diploma, Options(profile=profile), by=room.head
            )
        except NothingToExport:
            assert expected == []
            assert not ExportVersion.objects.exists()
            return

        content = bytes(made.version.content)
        document = lsl_xml.read(content)
        assert lsl_rules.check_document(content) == ()
        assert [eleve.id for eleve in document.donnees] == expected
        assert lsl_xml.write(document, profile) == content

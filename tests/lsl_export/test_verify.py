"""Is this file one of ours, which version, untouched (spec 02, Export)?"""

from io import BytesIO

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import factories
import livret_factories as make
from export_reading import OURS, STRICT, export, full_room
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.lsl_export.actions import Options, create_export
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.panel import panel
from livretpro.lsl_export.queries import verify
from livretpro.lsl_export.seal import digest, is_genuine, public_key, sign
from livretpro.lsl_export.verifying import verify_here, verify_upload
from livretpro.schools.rules import Role
from query_counts import queries

pytestmark = pytest.mark.django_db


def two_versions():
    room = make.classroom()
    make.typed(room.first, make.FULL)
    first = create_export(room.division, room.diploma, Options(), by=room.head).version
    record(room.first, "moyenne_1", "13", by=room.head)
    return first, create_export(room.division, room.diploma, Options(), by=room.head).version


def test_each_version_is_known_and_the_older_one_replaced() -> None:
    first, second = two_versions()

    older, newer = verify(bytes(first.content)), verify(bytes(second.content))

    assert (older.version, older.replaced_by) == (first, second)
    assert (newer.version, newer.replaced_by) == (second, None)


def test_a_version_with_other_options_replaces_nothing() -> None:
    room = full_room()
    first, other = export(room).version, export(room, STRICT).version

    found = panel(room.division, room.diploma, OURS, by=room.head)

    assert [verify(bytes(v.content)).replaced_by for v in (first, other)] == [None, None]
    assert [row.replaced_by for row in found.versions] == [None, None]
    assert found.unchanged == first


def test_one_byte_changed_anywhere_is_not_ours() -> None:
    content = bytearray(two_versions()[1].content)
    places = (0, len(content) // 2, len(content) - 1)

    for place in places:
        touched = bytearray(content)
        touched[place] ^= 1
        assert verify(bytes(touched)) is None


def told() -> list[tuple[str, str, str]]:
    """What the journal tells of the verifications: author, object, answer."""
    entries = Entry.objects.filter(action="verifie").order_by("pk")
    return list(entries.values_list("author_id", "key", "values_kept__after"))


def test_the_journal_tells_who_verified_which_digest_and_the_answer() -> None:
    first, second = two_versions()
    head, forged = factories.actor(), b"<autre/>"

    for content in (bytes(first.content), bytes(second.content), forged):
        verify_upload(BytesIO(content), by=head)

    who = head.author.id
    assert told() == [
        (who, str(first.pk), f"{first.sha256} : intact, remplacé par la version 2"),
        (who, str(second.pk), f"{second.sha256} : intact"),
        (who, digest(forged), f"{digest(forged)} : inconnu de cet établissement, ou modifié"),
    ]


def test_on_the_command_line_a_file_of_nobody_is_told_where_files_were_made() -> None:
    _, version = two_versions()
    factories.school(factories.OTHER_UAI)

    verify_here(bytes(version.content))
    verify_here(b"<autre/>")

    assert [key for _, key, _ in told()] == [str(version.pk), digest(b"<autre/>")]
    assert set(Entry.objects.values_list("school_uai", flat=True)) == {factories.UAI}


def test_a_byte_more_or_less_is_not_ours() -> None:
    content = bytes(two_versions()[1].content)

    assert [verify(content + b"\n"), verify(content[:-1]), verify(b"")] == [None, None, None]


@pytest.mark.parametrize("change", [{"signature": b"\0" * 64}, {"content": b"<lsl/>"}])
def test_a_version_altered_in_the_database_is_no_longer_vouched_for(change) -> None:
    _, version = two_versions()
    content = bytes(version.content)
    ExportVersion.objects.filter(pk=version.pk).update(**change)

    assert verify(content) is None


def test_a_digest_rewritten_with_the_content_still_lacks_the_signature() -> None:
    _, version = two_versions()
    forged = bytes(version.content).replace(b"13.00", b"19.00")
    ExportVersion.objects.filter(pk=version.pk).update(content=forged, sha256=digest(forged))

    assert verify(forged) is None


def test_a_head_finds_the_files_of_the_school_alone() -> None:
    _, version = two_versions()
    content = bytes(version.content)
    stranger = factories.actor(of=factories.school(factories.OTHER_UAI))
    teacher = factories.actor(Role.ENSEIGNANT)

    assert verify(content, among=[factories.actor()]).version == version
    assert [verify(content, among=[stranger]), verify(content, among=[teacher])] == [None, None]


def test_the_same_bytes_made_twice_are_the_newest_version() -> None:
    room = make.classroom()
    make.typed(room.first, make.FULL)
    for mark in ("12,5", "13", "12,5"):
        record(room.first, "moyenne_1", mark, by=room.head)
        last = create_export(room.division, room.diploma, Options(), by=room.head).version

    found = verify(bytes(last.content))

    assert (found.version.number, found.replaced_by) == (3, None)


def test_verifying_costs_two_queries() -> None:
    content = bytes(two_versions()[0].content)

    with queries(2):
        verify(content)


def test_the_signature_is_that_of_the_digest_by_the_key_we_publish() -> None:
    _, version = two_versions()
    key = load_pem_public_key(public_key().encode())

    key.verify(bytes(version.signature), digest(bytes(version.content)).encode())
    with pytest.raises(InvalidSignature):
        key.verify(bytes(version.signature), digest(b"autre").encode())


def test_a_signature_holds_for_its_digest_alone() -> None:
    signature = sign(digest(b"un"))

    assert is_genuine(digest(b"un"), signature)
    assert not is_genuine(digest(b"deux"), signature)
    assert not is_genuine(digest(b"un"), signature[:-1] + bytes([signature[-1] ^ 1]))

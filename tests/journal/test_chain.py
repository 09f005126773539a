"""The chain: whole when nobody touched it, and every attack on it is found."""

import errno
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from journal.attacks import ANNA, ATTACKS, KEY, UAI, play, verdict, write_more, write_trail
from livretpro.journal import anchors
from livretpro.journal.actions import Change, erase_values, record
from livretpro.journal.chain import BROKEN
from livretpro.journal.models import ChainHead, Entry, EntryValues
from livretpro.journal.queries import heads, latest, schools_told_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def key_of_these_tests() -> None:
    with override_settings(JOURNAL_KEY=KEY.decode()):
        yield


@pytest.mark.django_db
def test_a_trail_that_nobody_touched_is_whole(tmp_path: Path) -> None:
    write_trail()
    anchors.write(tmp_path, heads(), key=KEY, now=NOON)
    write_more()

    found = verdict(tmp_path)

    assert (found.anchors, found.findings) == (1, ())
    assert found.entries == Entry.objects.filter(school_uai=UAI).count()
    assert schools_told_of() == ["0599001N", "0599002P"]


@pytest.mark.django_db
def test_every_attack_is_found(tmp_path: Path) -> None:
    assert play(4 * len(ATTACKS), seed=20261125, folder=tmp_path) == []


@pytest.mark.django_db
def test_another_key_finds_a_trail_that_is_not_its_own(tmp_path: Path) -> None:
    write_trail()

    with override_settings(JOURNAL_KEY="another"):
        record([Change("modifie", "livret", "1")], school_uai=UAI, by=ANNA)

    assert not verdict(tmp_path).valid


@pytest.mark.django_db
def test_numbers_follow_each_other_school_by_school() -> None:
    for uai in ("0599001N", "0599002P", "0599001N"):
        record([Change("a", "b", "1"), Change("a", "b", "2")], school_uai=uai, by=ANNA)

    ranks = Entry.objects.order_by("pk").values_list("school_uai", "rank")
    assert list(ranks) == [
        ("0599001N", 1),
        ("0599001N", 2),
        ("0599002P", 1),
        ("0599002P", 2),
        ("0599001N", 3),
        ("0599001N", 4),
    ]


@pytest.mark.django_db
def test_an_erasure_empties_the_values_and_the_chain_still_verifies(tmp_path: Path) -> None:
    record(
        [
            Change("modifie", "livret", "7", "moyenne_1", "8", "12"),
            Change("modifie", "livret", "9", "moyenne_1", "8", "12"),
        ],
        school_uai=UAI,
        by=ANNA,
    )

    erased = erase_values(school_uai=UAI, kind="livret", key="7", by=ANNA)

    told, kept = latest(school_uai=UAI, kind="livret", key="7")
    assert (erased, told.action, kept.values_kept.before, kept.values_kept.after) == (
        1,
        "efface",
        "",
        "",
    )
    assert (kept.values_kept.erased_by, kept.values_kept.salt) == (told.rank, "")
    assert EntryValues.objects.get(entry__key="9").after == "12"
    assert verdict(tmp_path).findings == ()


@pytest.mark.django_db
def test_the_digests_of_one_value_differ_from_an_entry_to_the_next() -> None:
    change = Change("modifie", "livret", "7", "competence:C01", "", "3")

    record([change, change], school_uai=UAI, by=ANNA)

    assert len(set(Entry.objects.values_list("after_digest", flat=True))) == 2


@pytest.mark.django_db
def test_a_forged_head_never_becomes_true_again() -> None:
    record([Change("a", "b", "1"), Change("a", "b", "2")], school_uai=UAI, by=ANNA)
    ChainHead.objects.update(mac=Entry.objects.get(rank=1).mac)

    record([Change("a", "b", "3")], school_uai=UAI, by=ANNA)
    record([Change("a", "b", "4")], school_uai=UAI, by=ANNA)

    assert ChainHead.objects.get().seal == BROKEN


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_one_whole_chain(tmp_path: Path) -> None:
    def write() -> None:
        for number in range(20):
            with transaction.atomic():
                record([Change("a", "b", str(number), "", "1", "2")], school_uai=UAI, by=ANNA)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    found = verdict(tmp_path)
    assert (found.entries, found.findings) == (80, ())


@pytest.mark.django_db
def test_an_anchor_is_written_once_for_each_move_of_a_chain(tmp_path: Path) -> None:
    folder = tmp_path / "ancres"
    record([Change("a", "b", "1")], school_uai=UAI, by=ANNA)

    counts = [anchors.write(folder, heads(), key=KEY, now=NOON) for _ in range(2)]
    record([Change("a", "b", "2")], school_uai=UAI, by=ANNA)
    counts.append(anchors.write(folder, heads(), key=KEY, now=NOON))

    assert counts == [1, 0, 1]
    assert [a.count for a in anchors.read(folder)[0]] == [1, 2]
    assert (folder.stat().st_mode & 0o777, (folder / "2026-03.jsonl").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


@pytest.mark.django_db
def test_an_anchor_that_was_rewritten_is_found(tmp_path: Path) -> None:
    write_trail()
    anchors.write(tmp_path, heads(), key=KEY, now=NOON)
    file = tmp_path / "2026-03.jsonl"
    file.write_text(file.read_text().replace("2026-03-02", "2026-03-01"))

    assert [f.phrase for f in verdict(tmp_path).findings] == [
        "L’ancre du 2026-03-01T12:00:00+00:00 porte un sceau faux."
    ]


@pytest.mark.django_db
def test_a_file_of_anchors_that_does_not_read_is_told(tmp_path: Path) -> None:
    write_trail()
    (tmp_path / "2026-03.jsonl").write_text('{"uai": 1}\n')
    anchors.write(tmp_path, heads(), key=KEY, now=NOON)

    found = verdict(tmp_path)

    assert found.anchors == 1
    assert [f.phrase for f in found.findings] == [
        "Le fichier d’ancres 2026-03.jsonl ne se lit pas, ligne 1."
    ]


@pytest.mark.django_db
def test_an_anchor_cut_by_a_full_disk_or_a_power_cut_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_trail()
    file = tmp_path / "2026-03.jsonl"
    anchors.write(tmp_path, heads(), key=KEY, now=NOON)
    whole = file.read_bytes()

    def no_room(_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    write_more()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="no room"):
            anchors.write(tmp_path, heads(), key=KEY, now=NOON)
    assert file.read_bytes() == whole

    file.write_bytes(whole + b'{"uai": "0599001N", "entr')
    assert verdict(tmp_path).valid
    anchors.write(tmp_path, heads(), key=KEY, now=NOON)
    assert (file.read_bytes().count(b"\n"), verdict(tmp_path).anchors) == (3, 2)
    assert verdict(tmp_path).valid

"""Attacks on the trail by somebody who can write in the database but has no key.

`play(count, seed)` builds a trail, attacks it `count` times, each time from the same state, and
returns the attacks that were not found. The full figure is played by `make soak`.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from livretpro.journal import anchors
from livretpro.journal.actions import Author, Change, erase_values, record
from livretpro.journal.models import ChainHead, Entry, EntryValues
from livretpro.journal.queries import heads
from livretpro.journal.verification import Verdict, verify

UAI, ELSEWHERE = "0599001N", "0599002P"
KEY = b"the key of these tests"
ANNA = Author("anna.exemple", "Anna Exemple")
ENTRIES = 40
COLUMNS = {
    "at": "at + interval '1 second'",
    "author_id": "author_id || 'x'",
    "author_name": "author_name || 'x'",
    "action": "action || 'x'",
    "kind": "kind || 'x'",
    "key": "key || 'x'",
    "field": "field || 'x'",
    "request_id": "request_id || 'x'",
    "before_digest": "md5(before_digest)",
    "after_digest": "md5(after_digest)",
    "mac": "md5(mac)",
    "school_uai": "'0599999X'",  # a school without entries: its ranks are free
    "rank": "rank + 1000",
}


def write_trail() -> None:
    """Forty entries of one school, some of another, one erasure; anchors in the middle."""
    for number in range(ENTRIES):
        change = Change("modifie", "livret", str(number % 7), "moyenne_1", str(number), "12")
        with transaction.atomic():
            record(
                [change, Change("exporte", "export", str(number))][: 1 + number % 2],
                school_uai=UAI if number % 5 else ELSEWHERE,
                by=ANNA,
            )
    erase_values(school_uai=UAI, kind="livret", key="3", by=ANNA)


def verdict(folder: Path) -> Verdict:
    """What verification says of the school."""
    return verify(UAI, key=KEY, folder=folder)


def play(count: int, *, seed: int, folder: Path) -> list[str]:
    """Attack `count` times; the attacks that went unseen, by name."""
    chance = random.Random(seed)
    write_trail()
    anchors.write(folder, heads(), key=KEY, now=timezone.now())
    write_more()
    names = sorted(ATTACKS)
    unseen = []
    for number in range(count):
        name = names[number % len(names)]
        with undone():
            ATTACKS[name](chance)
            if verdict(folder).valid:
                unseen.append(f"{name} (seed {seed}, attack {number})")
    return unseen


def write_more() -> None:
    """Entries after the last anchor."""
    with transaction.atomic():
        record(
            [Change("modifie", "livret", str(n), "appreciation", "", "Bien.") for n in range(5)],
            school_uai=UAI,
            by=ANNA,
        )


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _rank(chance: random.Random, *, kept: int = 0) -> int:
    return chance.randint(1, Entry.objects.filter(school_uai=UAI).count() - kept)


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, statement


def _entry(rank: int) -> Entry:
    return Entry.objects.get(school_uai=UAI, rank=rank)


def edit(chance: random.Random) -> None:
    """Change one column of one entry."""
    column = chance.choice(sorted(COLUMNS))
    entry = _entry(_rank(chance))
    _sql(f"UPDATE journal_entry SET {column} = {COLUMNS[column]} WHERE id = %s", entry.pk)


def remove(chance: random.Random) -> None:
    """Remove an entry and close the gap in the numbers."""
    entry = _entry(_rank(chance, kept=1))
    EntryValues.objects.filter(entry=entry).delete()
    entry.delete()
    if chance.random() < 0.5:
        _close_gap(entry.rank)


def _close_gap(rank: int) -> None:
    for following in Entry.objects.filter(school_uai=UAI, rank__gt=rank).order_by("rank"):
        _sql("UPDATE journal_entry SET rank = rank - 1 WHERE id = %s", following.pk)
    _sql("UPDATE journal_chainhead SET count = count - 1 WHERE school_uai = %s", UAI)


def insert(chance: random.Random) -> None:
    """Insert a copy of an entry, somewhere or at the end."""
    last = _rank(chance, kept=0)
    top = Entry.objects.filter(school_uai=UAI).count()
    for following in Entry.objects.filter(school_uai=UAI, rank__gt=last).order_by("-rank"):
        _sql("UPDATE journal_entry SET rank = rank + 1 WHERE id = %s", following.pk)
    copy = _entry(last)
    copy.pk, copy.rank = None, last + 1
    copy.save(force_insert=True)
    if chance.random() < 0.5:
        _sql("UPDATE journal_chainhead SET count = %s WHERE school_uai = %s", top + 1, UAI)


def swap(chance: random.Random) -> None:
    """Swap two entries."""
    one = _rank(chance)
    other = chance.choice([r for r in range(1, _top() + 1) if r != one])
    first, second = _entry(one), _entry(other)
    _sql("UPDATE journal_entry SET rank = 0 WHERE id = %s", first.pk)
    _sql("UPDATE journal_entry SET rank = %s WHERE id = %s", one, second.pk)
    _sql("UPDATE journal_entry SET rank = %s WHERE id = %s", other, first.pk)


def _top() -> int:
    return Entry.objects.filter(school_uai=UAI).count()


def cut_the_tail(chance: random.Random) -> None:
    """Remove the last entries and make the head agree, as far as one can without the key."""
    _cut(_rank(chance, kept=1))
    ChainHead.objects.filter(school_uai=UAI).update(
        count=_top(), mac=_entry(_top()).mac if _top() else ""
    )


def _cut(kept: int) -> None:
    EntryValues.objects.filter(entry__school_uai=UAI, entry__rank__gt=kept).delete()
    Entry.objects.filter(school_uai=UAI, rank__gt=kept).delete()


def cut_and_write_on(chance: random.Random) -> None:
    """Cut the tail, make the head agree, then let an honest entry be written after it."""
    cut_the_tail(chance)
    record([Change("modifie", "livret", "1", "moyenne_1", "8", "9")], school_uai=UAI, by=ANNA)


def remove_the_head(chance: random.Random) -> None:
    """Cut the tail and drop the head, so that it is made again."""
    _cut(_rank(chance, kept=1))
    ChainHead.objects.filter(school_uai=UAI).delete()
    record([Change("modifie", "livret", "1", "moyenne_1", "8", "9")], school_uai=UAI, by=ANNA)


def remove_everything(chance: random.Random) -> None:
    """Remove the whole trail, head included: the anchors remember."""
    _cut(0)
    ChainHead.objects.filter(school_uai=UAI).delete()


def change_a_value(chance: random.Random) -> None:
    """Change a value that was kept."""
    values = EntryValues.objects.filter(entry__school_uai=UAI, erased_by=None)
    one = chance.choice(list(values))
    column, value = chance.choice(
        [("before", "before || '1'"), ("after", "after || '1'"), ("salt", "md5(salt)")]
    )
    _sql(f"UPDATE journal_entryvalues SET {column} = {value} WHERE entry_id = %s", one.pk)


def drop_values(chance: random.Random) -> None:
    """Remove the values of an entry, as if it never had any."""
    one = chance.choice(list(EntryValues.objects.filter(entry__school_uai=UAI)))
    one.delete()


def erase_untold(chance: random.Random) -> None:
    """Empty values as an erasure does, without the entry that tells it."""
    values = EntryValues.objects.filter(entry__school_uai=UAI, erased_by=None)
    one = chance.choice(list(values.exclude(entry__kind="livret", entry__key="3")))
    by = chance.choice([_top(), _top() + 7, one.entry.rank, _erasure()])
    EntryValues.objects.filter(pk=one.pk).update(salt="", before="", after="", erased_by=by)


def _erasure() -> int:
    return Entry.objects.get(school_uai=UAI, action="efface").rank


def forge_the_end(chance: random.Random) -> None:
    """Append an entry sealed with another key."""
    copy = _entry(_rank(chance))
    copy.pk, copy.rank, copy.mac = None, _top() + 1, f"{chance.getrandbits(256):064x}"
    copy.save(force_insert=True)
    ChainHead.objects.filter(school_uai=UAI).update(count=copy.rank, mac=copy.mac)


ATTACKS: dict[str, Callable[[random.Random], None]] = {
    attack.__name__: attack
    for attack in (
        change_a_value,
        cut_and_write_on,
        cut_the_tail,
        drop_values,
        edit,
        erase_untold,
        forge_the_end,
        insert,
        remove,
        remove_everything,
        remove_the_head,
        swap,
    )
}

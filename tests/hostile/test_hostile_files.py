"""Every hostile file at every door: refused or harmless, fast, small, and told in French."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from hostile.corpus import corpus
from hostile.doors import DOORS, TAKEN
from hostile.watch import Watch, watching
from livretpro.journal.models import Entry
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import Lycee, found, signed_in

SECONDS, MEBIBYTES = 10, 256
CHANGING = ("schools_importbatch", "schools_importfile", "base_cache", "accounts_session")
"""Tables that an attempt may write: the attempt itself."""
JOURNAL = ("journal_entry", "journal_entryvalues", "journal_chainhead")
"""Written when a new file takes the place of one that waited, or is verified: see `told`."""


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with watching(tmp_path) as watched:
        yield watched


@pytest.fixture
def lycee(db: None) -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    return made


@pytest.fixture
def head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def tables() -> dict[str, str]:
    """What every table holds, as a digest; procrastinate's, `CHANGING` and `JOURNAL` aside."""
    with connection.cursor() as cursor:
        left_out = (*CHANGING, *JOURNAL)
        names = [n for n in connection.introspection.table_names(cursor) if n not in left_out]
        kept = [name for name in names if not name.startswith("procrastinate_")]
        return {name: _digest(cursor, name) for name in sorted(kept)}


def told() -> set[tuple[str, str]]:
    """What the journal tells, as pairs of an action and a sort of object."""
    return set(Entry.objects.values_list("action", "kind"))


def _digest(cursor: object, name: str) -> str:
    query = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t'
    cursor.execute(query)
    return str(cursor.fetchone()[0])


def test_there_are_more_than_a_hundred_hostile_files(watch: Watch) -> None:
    assert len(corpus(watch.canary, watch.port)) > 100


def test_the_watch_sees_what_it_watches(watch: Watch) -> None:
    before = watch.seen()
    watch.canary.read_text()

    assert (before, watch.seen()) == ([], ["the canary was opened"])


@pytest.mark.parametrize("name", DOORS)
def test_no_hostile_file_does_anything_at_a_door(
    name: str, watch: Watch, lycee: Lycee, head: Client
) -> None:
    door, before, already = DOORS[name], tables(), told()
    faults: list[str] = []
    for file, data in corpus(watch.canary, watch.port).items():
        start, memory = time.monotonic(), _peak()
        said = door(data, lycee, head)
        taken, grown = time.monotonic() - start, _peak() - memory
        faults += [f"{file}: {taken:.1f} s"] if taken > SECONDS else []
        faults += [f"{file}: {grown} MiB"] if grown > MEBIBYTES else []
        faults += [f"{file}: {event}" for event in watch.seen()]
        faults += [f"{file}: {fault}" for fault in _wrong_words(said)]

    assert faults == []
    assert tables() == before
    assert told() - already <= {("abandonne", "import"), ("verifie", "export")}


def _peak() -> int:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _wrong_words(said: str) -> list[str]:
    """A refusal is a sentence, in French, without what a program says to programs."""
    if said == TAKEN:
        return []
    words = ("Traceback", "Error", "line ", "None", "SECRET-DU-CANARI", "lxml", "<class")
    found = [f"says « {word} »" for word in words if word in said]
    return found + ([] if len(said.split()) > 3 else [f"says too little: « {said} »"])

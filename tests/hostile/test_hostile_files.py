"""Every hostile file at every door: refused or harmless, fast, small, and told in French."""

import os
import resource
from collections.abc import Iterator, Mapping

import pytest
from django.db import connection
from django.test import Client

from hostile.bilans import bilans
from hostile.corpus import corpus
from hostile.doors import DOORS, FEW, TAKEN, Door
from hostile.outcomes import TAKEN_AT, may_be_taken
from hostile.watch import Watch, watching
from hostile.workbooks import honest, made, workbooks
from livretpro.journal.models import Entry
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import Lycee, found, signed_in

SECONDS, MEBIBYTES = 10, 256
TOO_MUCH = ("bomb: tree of attributes", "bomb: slow attributes")
CHANGING = (
    "schools_importbatch",
    "schools_importfile",
    "lsl_registry_import",
    "lsl_registry_importchunk",
    "base_cache",
    "accounts_session",
)
"""Tables that an attempt may write: the attempt itself."""
JOURNAL = ("journal_entry", "journal_entryvalues", "journal_chainhead")
"""Written when a new file takes the place of one that waited, or is verified: see `told`."""

TOLD = {
    ("abandonne", "import"),
    ("refuse", "import"),
    ("ajoute", "jeton_depot"),
    ("repete", "export"),
    ("verifie", "export"),
    ("depose", "bilan_lsl"),
    ("depose", "import_lsl"),
    ("importe", "import_lsl"),
    ("retire", "bilan_lsl"),
}
"""What the journal may tell of an attempt."""


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("surveille")) as watched:
        yield watched


@pytest.fixture(scope="module")
def files(watch: Watch) -> dict[str, bytes]:
    """Every file, made once: they weigh 200 MB."""
    return corpus(watch.canary, watch.port)


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


def test_there_are_more_than_a_hundred_hostile_files(files: dict[str, bytes]) -> None:
    assert len(files) > 100


def test_the_table_of_outcomes_names_files_and_doors_that_exist(
    files: dict[str, bytes], watch: Watch
) -> None:
    named = {file for taken in TAKEN_AT.values() for file in taken}

    of_books = {**dict(workbooks(watch.canary, watch.port)), **dict(bilans())}
    assert named <= set(files) | set(of_books)
    assert set(TAKEN_AT) <= set(DOORS) | set(FEW)


def test_the_watch_sees_what_it_watches(watch: Watch) -> None:
    before = watch.seen()
    watch.canary.read_text()

    assert (before, watch.seen()) == ([], ["the canary was opened"])


def test_the_workbook_that_hostile_ones_are_made_of_is_read(lycee: Lycee, head: Client) -> None:
    assert DOORS["spreadsheet"](made(honest()), lycee, head) == TAKEN


def test_no_hostile_workbook_does_anything_where_workbooks_come_in(
    watch: Watch, lycee: Lycee, head: Client
) -> None:
    """Elsewhere they are zips of several members, as some of the corpus."""
    files = dict(workbooks(watch.canary, watch.port))
    check("spreadsheet", DOORS["spreadsheet"], files, watch, lycee, head)


def test_no_hostile_bilan_does_anything_where_bilans_come_in(
    watch: Watch, lycee: Lycee, head: Client
) -> None:
    check("bilan", DOORS["bilan"], dict(bilans()), watch, lycee, head)


@pytest.mark.parametrize("name", DOORS)
def test_no_hostile_file_does_anything_at_a_door(
    name: str, files: dict[str, bytes], watch: Watch, lycee: Lycee, head: Client
) -> None:
    check(name, DOORS[name], files, watch, lycee, head)


@pytest.mark.parametrize("name", FEW)
def test_no_file_of_any_family_does_anything_at_a_door_that_reads_no_other_way(
    name: str,
    files: dict[str, bytes],
    watch: Watch,
    lycee: Lycee,
    head: Client,
    pytestconfig: pytest.Config,
) -> None:
    """All of them at `make soak`."""
    whole = pytestconfig.getoption("--whole-corpus")
    check(name, FEW[name], files if whole else one_of_each_family(files), watch, lycee, head)


def one_of_each_family(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The first file of each family, every archive, the two that ask for more than a child has."""
    first = {name.partition(": ")[0]: name for name in reversed(files)}
    archives = [name for name in files if name.startswith("zip: ")]
    return {name: files[name] for name in (*first.values(), *archives, *TOO_MUCH)}


def check(
    name: str, door: Door, files: Mapping[str, bytes], watch: Watch, lycee: Lycee, head: Client
) -> None:
    """Bring the files to a door, then tell all that went wrong."""
    before, already = tables(), told()
    faults: list[str] = []
    taken_in: set[str] = set()
    for file, data in files.items():
        start, memory = _worked(), _peak()
        said = door(data, lycee, head)
        worked, grown = _worked() - start, _peak() - memory
        faults += [f"{file}: {worked:.1f} s"] if worked > SECONDS else []
        faults += [f"{file}: {grown} MiB"] if grown > MEBIBYTES else []
        faults += [f"{file}: {event}" for event in watch.seen()]
        faults += [f"{file}: {fault}" for fault in _wrong_words(said)]
        taken_in |= {file} if said == TAKEN else set()

    assert faults == []
    assert sorted(taken_in) == sorted(set(may_be_taken(name)) & set(files))
    assert tables() == before
    assert told() - already <= TOLD


def _worked() -> float:
    """Seconds of processor taken by this process and by its children that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


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

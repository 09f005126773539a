"""What a real worker does: an import asked for on a page, one whose command was killed."""

from collections.abc import Callable

import pytest
from django.utils import timezone

import partner_server
import school_to_import as scene
from background import work
from livretpro.bulletins.batches import Asked, start_import, undo_last
from livretpro.bulletins.models import Service
from livretpro.bulletins.refusals import BadChoice
from livretpro.schools.models import Division
from school_to_import import Ready


@pytest.mark.django_db(transaction=True)
def test_a_worker_imports_what_was_asked_for() -> None:
    with partner_server.running_suivi() as cpro:
        ready = scene.school(cpro)
        place = scene.division(ready)
        batch = start_import(ready.year, [place], Asked(1), by=ready.by)

        work()

        batch.refresh_from_db()
        assert (batch.state, batch.done) == ("termine", 1)
        assert scene.values(Service.objects.get())[1001, "note"] == "12.50"


def another(ready: Ready, place: Division) -> None:
    start_import(ready.year, [place], Asked(1, dry_run=True), by=ready.by)


def undo(ready: Ready, place: Division) -> None:
    undo_last(ready.year, now=timezone.now(), by=ready.by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asks", [another, undo])
def test_an_import_whose_command_was_killed_ends_once_anybody_is_told_to_wait_for_it(
    asks: Callable[[Ready, Division], None],
) -> None:
    with partner_server.running_suivi() as cpro:
        ready = scene.school(cpro)
        place = scene.division(ready)
        killed = start_import(ready.year, [place], Asked(1), by=ready.by, defer=False)

        with pytest.raises(BadChoice, match="attendez qu’il se termine"):
            asks(ready, place)
        work()

        killed.refresh_from_db()
        assert (killed.state, killed.done) == ("termine", 1)

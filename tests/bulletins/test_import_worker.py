"""An import asked for on a page is done by a real worker."""

import pytest

import partner_server
import school_to_import as scene
from background import work
from livretpro.bulletins.batches import Asked, start_import
from livretpro.bulletins.models import Service


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

"""The export of several divisions that somebody asked for: every page leads back to it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from livretpro.lsl_export.models import ExportRun, RunState
from livretpro.lsl_export.runs import remembered_run
from livretpro.web.base.addresses import address, diploma_path
from livretpro.web.base.place import Place

REMEMBERED = "export_run"


@dataclass(frozen=True)
class Running:
    """What the band says of it: `Export : 4 / 30`, and where it is; `again` is where to ask how far
    it is, empty once it is over."""

    words: str
    address: str
    again: str


def remember_run(session: SessionBase, run: ExportRun) -> None:
    """Keep the run in sight of who asked for it, until they have seen its end."""
    session[REMEMBERED] = run.pk


def forget_run(session: SessionBase, run: ExportRun) -> None:
    """Its end was seen."""
    if session.get(REMEMBERED) == run.pk:
        del session[REMEMBERED]


def running_export(request: HttpRequest, place: Place) -> Callable[[], Running | None]:
    """What to say of the run, when the page asks: one query when there is one, none otherwise.

    Its own page says more, and has nothing of it in the band.
    """
    pk = request.session.get(REMEMBERED)

    def found() -> Running | None:
        run = remembered_run(pk, by=place.actor) if pk else None
        running = running_of(run) if run else None
        return running if running and running.address != request.path else None

    return found


_OVER = {RunState.STOPPED.value: "Export arrêté", RunState.REFUSED.value: "Export interrompu"}


def running_of(run: ExportRun) -> Running:
    """A run as the band tells it."""
    year = run.school_year
    path = diploma_path(year.school, run.cfd, year)
    over = run.state != RunState.RUNNING
    going = f"Export en cours : {run.done} / {run.total}"
    words = _OVER.get(run.state, "Export terminé") if over else going
    again = "" if over else address("suivi:export_run_progress", year.school.uai, path, run.pk)
    return Running(words, address("suivi:export_run", year.school.uai, path, run.pk), again)

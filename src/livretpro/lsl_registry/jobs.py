"""The background half of an import: two streamed passes, one transaction a pupil, fenced, resumed
where it stopped (spec 07, Import).

A restart judges the file again from its first pupil, for what one pupil says of the next, and
writes only those that have no line yet.
"""

import contextlib
import logging

from django.db import InterfaceError, OperationalError
from django.utils import timezone

import lsl_rules
import lsl_xml
from livretpro.fencing import Overtaken, next_attempt
from livretpro.lsl_registry.context import known_for, with_outline
from livretpro.lsl_registry.ending import Contradicted, Gathered, break_off, end, refuse
from livretpro.lsl_registry.kept import content
from livretpro.lsl_registry.models import Import, ImportState
from livretpro.lsl_registry.storing import announce, store
from livretpro.referentiels.queries import NoNomenclature

AWAY = (OperationalError, InterfaceError, OSError)
"""A database or a disk that is away: the import waits for it."""
BROKEN = (
    "Une erreur du Registre a empêché de traiter ce fichier jusqu’au bout : signalez-la à la "
    "personne qui s’occupe de cette instance. Les élèves déjà traités le restent."
)
logger = logging.getLogger(__name__)


def run_import(import_id: int) -> None:
    """Treat the pupils of a file that have not been yet.

    A lost database leaves the rest to the next attempt.
    """
    waiting = Import.objects.select_related("school")
    received = next_attempt(waiting, import_id, ImportState.RUNNING)
    if received is None:
        return
    try:
        _run(received)
    except Overtaken:
        return
    except AWAY:
        raise
    except NoNomenclature as refusal:
        _break(received, refusal.phrase)
    except Exception:
        logger.exception("import LSL %s", import_id)
        _break(received, BROKEN)


def _break(received: Import, phrase: str, gathered: Gathered | None = None) -> None:
    try:
        break_off(received, phrase, gathered)
    except Overtaken:
        return


def _run(received: Import) -> None:
    while True:
        with contextlib.suppress(Contradicted):
            return _judge_and_store(received)


def _judge_and_store(received: Import) -> None:
    known = known_for(received, on=timezone.localdate(received.created_at))
    with content(received) as file:
        source = lsl_xml.Readings(file)
        opened = lsl_rules.open_file(source, known.context)
        if opened.outline:
            announce(received, opened.outline, opened.profile)
        if opened.refusals or opened.outline is None:
            refuse(received, opened.refusals)
            return
        known = with_outline(known, opened.outline, received.school)
        gathered = Gathered(known)
        try:
            _pupils(received, gathered, source, opened.outline)
        except (Contradicted, Overtaken, *AWAY):
            raise
        except Exception:
            logger.exception("import LSL %s", received.pk)
            _break(received, BROKEN, gathered)
            return
    absent = list(lsl_rules.absent_pupils(opened.outline, known.context))
    end(received, absent, gathered)


def _pupils(
    received: Import, gathered: Gathered, source: lsl_xml.Readings, outline: lsl_rules.Outline
) -> None:
    known = gathered.known
    for rank, judged in enumerate(lsl_rules.judged_pupils(source, outline, known.context), start=1):
        if rank > received.done:
            gathered.claim(received.school, judged)
            gathered.add(store(received, rank, judged, known))
        else:
            gathered.add(judged)

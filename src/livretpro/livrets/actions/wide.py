"""One choice for many pupils: tried, then made, each pupil's texts all kept or none."""

from collections.abc import Sequence

from django.db import transaction

from livretpro.livrets.actions.cells import Outcome, Typed, record_all
from livretpro.livrets.actions.values import Saved
from livretpro.schools.actors import Actor


def try_all(typed: Sequence[Typed], *, by: Actor) -> list[Outcome]:
    """What would become of typed texts; nothing is written. The queries of `record_all`."""
    with transaction.atomic():
        outcomes = record_all(typed, by=by)
        transaction.set_rollback(True)
    return outcomes


def record_whole(typed: Sequence[Typed], *, by: Actor) -> list[Outcome]:
    """Save typed texts as `record_all` does, but for a pupil of whom one is refused: none is kept.

    A name of somebody and the first name of somebody else never stand together. Outcomes come in
    the order of what was typed; of such a pupil, the refusals alone.
    """
    refused: dict[int, list[Outcome]] = {}
    kept: list[Outcome] = []
    while waiting := [one for one in typed if one.enrolment.pk not in refused]:
        with transaction.atomic():
            kept = record_all(waiting, by=by)
            wrong = refused_pupils(kept)
            if wrong:
                transaction.set_rollback(True)
        if not wrong:
            break
        for outcome in kept:
            if not isinstance(outcome.answer, Saved):
                refused.setdefault(outcome.typed.enrolment.pk, []).append(outcome)
        kept = []
    found = {id(one.typed): one for one in (*kept, *(o for own in refused.values() for o in own))}
    return [found[id(one)] for one in typed if id(one) in found]


def refused_pupils(outcomes: Sequence[Outcome]) -> set[int]:
    """The enrolments of which a text is refused."""
    return {
        outcome.typed.enrolment.pk for outcome in outcomes if not isinstance(outcome.answer, Saved)
    }

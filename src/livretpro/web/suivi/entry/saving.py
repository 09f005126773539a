"""Saving what was typed, field by field: what stands, what is refused, what two people say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from livretpro.livrets.actions import Closed, Conflict, Forbidden, record
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment
from livretpro.typed import BadValue
from livretpro.web.suivi.entry.boxes import Problem
from livretpro.web.suivi.entry.fields import EntryFields, TeacherList

Refusal = BadValue | Conflict | Forbidden | Closed
STATUSES: dict[type[Exception], int] = {BadValue: 422, Conflict: 409, Forbidden: 403, Closed: 409}
SEEN = "remplace:"
STANDING = "present:"


@dataclass(frozen=True)
class Outcome:
    """How many values changed, and what could not be kept, by key."""

    saved: int
    problems: Mapping[str, Problem]

    @property
    def status(self) -> int:
        """The answer's status: the gravest of the problems, 200 without any."""
        found = {problem.status for problem in self.problems.values()}
        return next((status for status in (409, 403, 422) if status in found), 200)


def save(pupil: Enrolment, key: str, typed: str, *, seen: str, by: Actor) -> Outcome:
    """Save one typed text in place of the canonical text `seen`.

    Raises `UnknownField`.
    """
    text, before = _lines(typed), _lines(seen)
    try:
        saved = record(pupil, key, text, by=by, replaced=before)
    except (BadValue, Conflict, Forbidden, Closed) as refusal:
        return Outcome(0, {key: _problem(refusal, text, before)})
    return Outcome(int(saved.changed), {})


def _problem(refusal: Refusal, text: str, seen: str) -> Problem:
    """A refused text stays as typed; the two sides of a conflict are both canonical texts."""
    if isinstance(refusal, Conflict):
        return Problem(409, refusal.phrase, refusal.wanted, seen, refusal.stands)
    return Problem(STATUSES[type(refusal)], refusal.phrase, text, seen)


def save_form(post: QueryDict, pupil: Enrolment, fields: EntryFields, *, by: Actor) -> Outcome:
    """Save every field of the whole form that no longer says what the person saw."""
    typed = {**post.dict(), **_own_name(post.get("ajouter", ""), fields)}
    outcomes = [
        save(pupil, box.key, str(typed[box.key]), seen=seen, by=by)
        for box in fields.boxes()
        if box.open and (seen := _seen(post, box.key)) is not None
        if typed.get(box.key, seen) != seen
    ]
    problems = {key: found for outcome in outcomes for key, found in outcome.problems.items()}
    return Outcome(sum(outcome.saved for outcome in outcomes), problems)


def _seen(post: QueryDict, key: str) -> str | None:
    """What the person chose to replace; None for a field that the form leaves as it stands."""
    if post.get("prendre") == key:
        return None
    return post.get(f"{STANDING if post.get('garder') == key else SEEN}{key}")


def _own_name(prefix: str, fields: EntryFields) -> Mapping[str, str]:
    """The fields of the free line, filled with the person's own name."""
    lists: tuple[TeacherList, ...] = (fields.teachers, fields.project_teachers)
    chosen = next((found for found in lists if found.prefix == prefix and found.add_me), None)
    if chosen is None or fields.me is None:
        return {}
    line = f"{prefix}_{chosen.free}"
    return {f"{line}_nom": fields.me.last_name, f"{line}_prenom": fields.me.first_name}


def _lines(text: str) -> str:
    """LF, as canonical texts have it: a form sends CRLF."""
    return text.replace("\r\n", "\n")

"""What a class page sends: texts typed in many livrets, and what became of each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from livretpro.journal.queries import Told, last_told
from livretpro.livrets.actions import Conflict, Outcome, Saved, Typed, record_all
from livretpro.livrets.fields import UnknownField, field
from livretpro.livrets.queries import Sheet, livrets_of
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment
from livretpro.web.suivi.entry.words import clock, moment, said_by

MOST = 2000
GONE = "Cet élève n’est plus dans la division : rechargez la page."
KEPT, CONFLICT, REFUSED = "garde", "conflit", "refus"


class Unreadable(Exception):
    """What was sent is not a list of cells: no page of ours sends that."""


@dataclass(frozen=True)
class SentCell:
    """A cell as the page sends it: pupil (key of the enrolment), field, text, text it replaces."""

    pupil: int
    key: str
    text: str
    seen: str


@dataclass(frozen=True)
class Trouble:
    """Why a typed text was not kept; `stands` is the other value of a conflict."""

    phrase: str
    typed: str
    seen: str
    stands: str | None = None


@dataclass(frozen=True)
class ColumnLine:
    """A pupil in a form that fills one field of a whole class."""

    sheet: Sheet
    key: str
    seen: str
    trouble: Trouble | None = None
    limit: int = 0
    state: str = ""

    @property
    def anchor(self) -> str:
        """An identifier for the page."""
        return f"t-{self.sheet.enrolment.pk}"

    @property
    def colour(self) -> str:
        """Rouge, orange or vert: of the livret, unless the form is about something else."""
        return self.state or self.sheet.status.colour.value

    @property
    def text(self) -> str:
        """What the field shows: the text refused, else the value that stands."""
        return self.trouble.typed if self.trouble else self.seen

    @property
    def replaces(self) -> str:
        """The text that a save of this field replaces."""
        return self.trouble.seen if self.trouble else self.seen

    @property
    def counter(self) -> str:
        """`230 / 300`."""
        over = len(self.text) - self.limit
        counted = f"{len(self.text)} / {self.limit}"
        return f"{counted}, {over} de trop" if over > 0 else counted


def read_cells(body: bytes) -> list[SentCell]:
    """The cells of a JSON body; raises `Unreadable`."""
    try:
        sent = json.loads(body)["cellules"]
        cells = [_cell(item) for item in sent[:MOST]]
    except (ValueError, TypeError, KeyError, RecursionError, UnknownField) as error:
        raise Unreadable from error
    if len(sent) > MOST:
        raise Unreadable
    return cells


def _cell(item: Mapping[str, object]) -> SentCell:
    pupil, texts = item["eleve"], [item[name] for name in ("champ", "valeur", "remplace")]
    if type(pupil) is not int or not all(isinstance(text, str) for text in texts):
        raise TypeError
    key, text, seen = (str(text) for text in texts)
    field(key)
    return SentCell(pupil, key, text, seen)


def read_column(form: QueryDict, key: str, pupils: Iterable[Enrolment]) -> list[SentCell]:
    """The cells of a form that fills one field of a whole class, those untouched left out.

    Raises `UnknownField`.
    """
    field(key)
    cells = [
        SentCell(pupil.pk, key, _text(form, f"valeur:{pupil.pk}"), _text(form, seen))
        for pupil in pupils
        if (seen := f"remplace:{pupil.pk}") in form
    ]
    return [cell for cell in cells if cell.text != cell.seen]


def _text(form: QueryDict, name: str) -> str:
    """A text of a form, empty when absent; a form sends CRLF, canonical texts have LF."""
    return str(form.get(name, "")).replace("\r\n", "\n")


@dataclass(frozen=True)
class Answer:
    """What became of a cell; `outcome` is None for a pupil who is not in the division any more."""

    cell: SentCell
    outcome: Outcome | None

    @property
    def trouble(self) -> Trouble | None:
        """Why not, if not."""
        if self.outcome is None:
            return Trouble(GONE, self.cell.text, self.cell.seen)
        refusal = self.outcome.answer
        if isinstance(refusal, Saved):
            return None
        stands = refusal.stands if isinstance(refusal, Conflict) else None
        return Trouble(refusal.phrase, self.cell.text, self.cell.seen, stands)

    def told(
        self, last: Mapping[tuple[int, str], Told], *, reader: str, now: datetime
    ) -> dict[str, object]:
        """The answer as the open page takes it; `last` tells who saved what stands, by pupil and
        field; the reader (an author's id) is told "vous"."""
        where: dict[str, object] = {"eleve": self.cell.pupil, "champ": self.cell.key}
        trouble = self.trouble
        if trouble is None:
            return where | {"etat": KEPT, "valeur": self._after}
        if trouble.stands is None:
            return where | {"etat": REFUSED, "phrase": trouble.phrase}
        found = last.get((self.cell.pupil, self.cell.key))
        who = said_by(found.author_id, found.author, reader=reader) if found else ""
        who = f"{who}, {moment(found.at, now=now)}" if found else "Autre valeur"
        return where | {"etat": CONFLICT, "valeur": trouble.stands, "auteur": who}

    @property
    def _after(self) -> str:
        saved = self.outcome.answer if self.outcome else None
        return saved.after if isinstance(saved, Saved) else ""


def save_cells(sent: Sequence[SentCell], pupils: Iterable[Enrolment], *, by: Actor) -> list[Answer]:
    """Save the cells; the answers come in the order they were sent."""
    known = {pupil.pk: pupil for pupil in pupils}
    typed = [
        Typed(known[cell.pupil], cell.key, cell.text, cell.seen)
        for cell in sent
        if cell.pupil in known
    ]
    outcomes = iter(record_all(typed, by=by) if typed else ())
    return [Answer(cell, next(outcomes) if cell.pupil in known else None) for cell in sent]


def saved_answer(
    answers: Sequence[Answer], pupils: Iterable[Enrolment], *, by: Actor, now: datetime
) -> dict[str, object]:
    """What a save tells the open page: two queries more when two values stand face to face."""
    facing = [a for a in answers if a.trouble is not None and a.trouble.stands is not None]
    last = _last_saves(facing, pupils, by.school.uai) if facing else {}
    reader = by.author.id
    cells = [answer.told(last, reader=reader, now=now) for answer in answers]
    return {"heure": clock(now), "cellules": cells}


def _last_saves(
    facing: Sequence[Answer], pupils: Iterable[Enrolment], uai: str
) -> dict[tuple[int, str], Told]:
    """Who saved the value that stands, by pupil and field."""
    wanted = {answer.cell.pupil for answer in facing}
    held = {str(pk): pupil for pk, pupil in livrets_of(e for e in pupils if e.pk in wanted)}
    told = last_told(uai, "livret", held, {answer.cell.key for answer in facing})
    return {(held[entry.key], entry.field): entry for entry in told}

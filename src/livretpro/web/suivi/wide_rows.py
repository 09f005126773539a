"""A choice for a whole division: what was asked, and pupil by pupil what it does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livretpro.livrets import storing
from livretpro.livrets.actions import Outcome, Saved, Typed
from livretpro.livrets.fields import TEACHER_LINES, field
from livretpro.livrets.queries import Sheet
from livretpro.livrets.wording import short_words
from livretpro.schools.models import Enrolment
from livretpro.typed import BadValue

PFMP, WEEKS, TEACHER = "pfmp", "semaines", "enseignant"
BLOCKS = {
    "specialite": "Spécialité",
    "pfmp": "PFMP",
    "projet": "Chef-d’œuvre ou projet",
}
PREFIXES = {"specialite": "enseignant_{}", "pfmp": "pfmp", "projet": "projet_enseignant_{}"}
RANKS = tuple(str(rank) for rank in range(1, TEACHER_LINES + 1))


class NoChoice(Exception):
    """What was sent is no choice that the page offers."""


@dataclass(frozen=True)
class Choice:
    """What was asked: the typed texts by key of field; `only_empty` leaves what stands."""

    title: str
    values: Mapping[str, str]
    only_empty: bool


@dataclass(frozen=True)
class Line:
    """What becomes of a pupil: the values before and after in words, or why nothing changes."""

    enrolment: Enrolment
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True)
class Preview:
    """What a choice would do; `seen` are the texts it replaces, by enrolment and key."""

    choice: Choice
    changing: Sequence[Line]
    standing: Sequence[Line]
    seen: Sequence[tuple[int, str, str]]


def choice_of(sent: Mapping[str, str]) -> Choice:
    """The choice a form sends. Raises `NoChoice`, or `BadValue` for what cannot be kept."""
    title, values = _asked(sent)
    for key, text in values.items():
        field(key).parse(text)
    if sent.get("choix") == TEACHER and not all(text.strip() for text in values.values()):
        raise BadValue("Saisissez le nom et le prénom de l’enseignant.")
    return Choice(title, values, sent.get("vides") == "oui")


def _asked(sent: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    what, value = sent.get("choix"), sent.get("valeur", "")
    if what == PFMP and value in {"oui", "non"}:
        return f"Exporter la partie PFMP : {value}", {"pfmp_exporter": value}
    if what == WEEKS:
        return f"Semaines de PFMP : {short_words(value.strip())}", {"pfmp_semaines": value}
    block, rank = sent.get("bloc", ""), sent.get("rang", "1")
    if what != TEACHER or block not in BLOCKS or rank not in RANKS:
        raise NoChoice
    names = {half: sent.get(half, "") for half in ("nom", "prenom")}
    place = "" if block == "pfmp" else f" {rank}"
    title = f"Enseignant{place}, {BLOCKS[block]} : {names['nom']} {names['prenom']}"
    prefix = PREFIXES[block].format(rank)
    return title, {f"{prefix}_{half}": text for half, text in names.items()}


def standing_texts(sheet: Sheet, choice: Choice) -> dict[str, str]:
    """The canonical texts that stand where the choice writes."""
    fields = (field(key) for key in choice.values)
    return {f.key: f.show(storing.value_in(sheet.content, f)) for f in fields}


def typed_by(choice: Choice, sheets: Iterable[Sheet]) -> list[Typed]:
    """The texts the choice types, pupil by pupil; with `only_empty`, where nothing stands."""
    return [
        Typed(sheet.enrolment, key, choice.values[key], stands)
        for sheet in sheets
        if not _kept_as_is(choice, standing_texts(sheet, choice))
        for key, stands in standing_texts(sheet, choice).items()
    ]


def _kept_as_is(choice: Choice, stands: Mapping[str, str]) -> bool:
    return choice.only_empty and any(stands.values())


def preview(choice: Choice, sheets: Sequence[Sheet], outcomes: Sequence[Outcome]) -> Preview:
    """What the choice would do, told by what became of it when it was tried."""
    answers: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        answers.setdefault(outcome.typed.enrolment.pk, []).append(outcome)
    lines = [_line(choice, sheet, answers.get(sheet.enrolment.pk, [])) for sheet in sheets]
    changing = [line for line in lines if not line.why]
    ours = {line.enrolment.pk for line in changing}
    return Preview(
        choice,
        changing,
        [line for line in lines if line.why],
        [
            (o.typed.enrolment.pk, o.typed.key, o.typed.replaced or "")
            for o in outcomes
            if o.typed.enrolment.pk in ours
        ],
    )


def _line(choice: Choice, sheet: Sheet, outcomes: Sequence[Outcome]) -> Line:
    stands = " ".join(text for text in standing_texts(sheet, choice).values() if text)
    if not outcomes:
        return Line(sheet.enrolment, why=f"Déjà saisi : {stands}")
    refusals = [o.answer.phrase for o in outcomes if not isinstance(o.answer, Saved)]
    if refusals:
        return Line(sheet.enrolment, why=refusals[0])
    saved = [o.answer for o in outcomes if isinstance(o.answer, Saved)]
    if not any(one.changed for one in saved):
        return Line(sheet.enrolment, why="Cette valeur y est déjà")
    after = " ".join(one.after for one in saved if one.after)
    return Line(sheet.enrolment, short_words(stands), short_words(after))

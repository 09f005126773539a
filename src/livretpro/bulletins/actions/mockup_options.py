"""Mock-ups: made, changed as they were seen, removed; given to several divisions at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, ProtectedError

from livretpro.bulletins.actions.mockups import assign
from livretpro.bulletins.models import Mockup, Period
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import Grouping
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.typed import BadValue, limited_text

NAME_MAX, TITLE_MAX, FOOTER_MAX = 80, 80, 300
OPTIONS: Mapping[str, str] = {
    one.name: str(one.verbose_name)
    for one in Mockup._meta.get_fields()  # noqa: SLF001 (its public name)
    if isinstance(one, BooleanField)
}
"""The boxes of a mock-up, in their order, and their words."""


@dataclass(frozen=True)
class MockupChoice:
    """What a form says of a mock-up; `shown` are the names of the options ticked."""

    name: str
    title: str = "Bulletin de compétences"
    grouping: str = Grouping.COMPETENCE.value
    footer: str = ""
    shown: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, mockup: Mockup) -> "MockupChoice":
        """What the form shows of one that exists."""
        ticked = frozenset(name for name in OPTIONS if getattr(mockup, name))
        return cls(mockup.name, mockup.title, mockup.grouping, mockup.footer, ticked)

    def put_in(self, mockup: Mockup) -> Mockup:
        """The mock-up with these choices, not saved. Raises `BadChoice`."""
        mockup.name = _line("Le nom", self.name, NAME_MAX)
        mockup.title = _line("Le titre", self.title, TITLE_MAX)
        mockup.footer = _text("Le texte du pied", self.footer, FOOTER_MAX)
        if self.grouping not in {one.value for one in Grouping}:
            raise BadChoice("Choisissez un regroupement.")
        mockup.grouping = self.grouping
        for name in OPTIONS:
            setattr(mockup, name, name in self.shown)
        return mockup


class MockupChanged(Exception):
    """Somebody changed the mock-up meanwhile; `stands` is what it is now."""

    def __init__(self, stands: MockupChoice) -> None:
        super().__init__(stands.name)
        self.stands = stands
        self.phrase = (
            "Cette maquette a été changée entre-temps : comparez avec la page rechargée, puis "
            "enregistrez de nouveau."
        )


@transaction.atomic
def create_mockup(choice: MockupChoice, *, by: Actor) -> Mockup:
    """Make a mock-up of the school. Raises `NotAllowed`, or `BadChoice` for a name in use."""
    allow(by)
    made = choice.put_in(Mockup(school=by.school))
    _save(made)
    tell(by, change("cree", "maquette", made.name, after=Grouping(made.grouping).label))
    return made


@transaction.atomic
def edit_mockup(mockup: Mockup, choice: MockupChoice, *, seen: MockupChoice, by: Actor) -> bool:
    """Change a mock-up; whether it changed.

    Raises `NotAllowed`, `BadChoice`, or `MockupChanged` when it is no longer as `seen`.
    """
    allow(by)
    held = Mockup.objects.select_for_update().get(pk=mockup.pk, school=by.school)
    before = MockupChoice.of(held)
    choice.put_in(held)
    after = MockupChoice.of(held)
    if after == before:
        return False
    if before != seen:
        raise MockupChanged(before)
    _save(held)
    tell(by, *_differences(before, after))
    return True


@transaction.atomic
def remove_mockup(mockup: Mockup, *, by: Actor) -> None:
    """Remove a mock-up that no division uses. Raises `NotAllowed` or `BadChoice`."""
    allow(by)
    held = Mockup.objects.select_for_update().get(pk=mockup.pk, school=by.school)
    try:
        Mockup.objects.filter(pk=held.pk).delete()
    except ProtectedError as standing:
        raise BadChoice(
            "Des divisions ont cette maquette : donnez-leur-en une autre d’abord."
        ) from standing
    tell(by, change("retire", "maquette", held.name))


@transaction.atomic
def assign_all(places: Sequence[tuple[Division, Period]], mockup: Mockup, *, by: Actor) -> int:
    """Give several divisions a mock-up for a period; how many changed. Raises `NotAllowed`."""
    allow(by)
    return sum(assign(division, period, mockup, by=by) for division, period in places)


def _save(mockup: Mockup) -> None:
    try:
        with transaction.atomic():
            mockup.save()
    except IntegrityError as twin:
        raise BadChoice(f"Une autre maquette s’appelle déjà « {mockup.name} ».") from twin


def _differences(before: MockupChoice, after: MockupChoice) -> list[Any]:
    words = {"name": "nom", "title": "titre", "grouping": "regroupement", "footer": "pied"}
    plain = [
        change(
            "modifie",
            "maquette",
            before.name,
            words[one.name],
            before=getattr(before, one.name),
            after=getattr(after, one.name),
        )
        for one in fields(MockupChoice)
        if one.name in words and getattr(before, one.name) != getattr(after, one.name)
    ]
    ticked = [
        change(
            "modifie",
            "maquette",
            before.name,
            OPTIONS[name],
            before="oui" if name in before.shown else "non",
            after="oui" if name in after.shown else "non",
        )
        for name in OPTIONS
        if (name in before.shown) != (name in after.shown)
    ]
    return [*plain, *ticked]


def _line(what: str, raw: str, limit: int) -> str:
    text = _text(what, " ".join(raw.split()), limit)
    if not text:
        raise BadChoice(f"{what} est vide : écrivez-le.")
    return text


def _text(what: str, raw: str, limit: int) -> str:
    try:
        return limited_text(what, limit)(raw)
    except BadValue as refusal:
        raise BadChoice(refusal.phrase) from refusal

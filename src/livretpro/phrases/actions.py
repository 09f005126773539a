"""Ready phrases: added, changed, removed, by who they belong to.

The journal keeps the words of the school's phrases; of a person's own, only that they changed.
"""

from django.db import transaction

from livretpro.accounts.models import User
from livretpro.journal import actions as journal
from livretpro.phrases.models import Phrase
from livretpro.phrases.permissions import (
    can_change_phrase,
    can_use_phrases,
    can_write_school_phrases,
)
from livretpro.phrases.rules import Text
from livretpro.schools.actors import Actor
from livretpro.schools.models import School
from livretpro.typed import BadValue, limited_text

PHRASES_MAX = 200


class NotYourPhrase(Exception):
    """A phrase of the school, or of somebody else."""

    phrase = "Les phrases de l’établissement reviennent au chef d’établissement et au DDFPT."


class PhraseChanged(Exception):
    """Another text stands than the one the person saw; `stands` is that text."""

    def __init__(self, stands: str) -> None:
        self.stands = stands
        self.phrase = (
            f"Cette phrase a changé entre-temps : « {stands} ». Relisez, puis enregistrez."
        )
        super().__init__(self.phrase)


@transaction.atomic
def add_phrase(text: Text, raw: str, *, school_wide: bool, by: Actor) -> Phrase:
    """Keep a phrase for `text`: the person's own, or the school's.

    Raises `NotYourPhrase`, or `BadValue` for words that are none, too long or kept already, and
    past two hundred phrases.
    """
    if not (can_write_school_phrases(by) if school_wide else can_use_phrases(by) and by.user):
        raise NotYourPhrase
    words = _words(text, raw)
    owner = None if school_wide else by.user
    _lock(by.school)
    if Phrase.objects.filter(school=by.school, owner=owner).count() >= PHRASES_MAX:
        raise BadValue(f"{PHRASES_MAX} phrases sont gardées, pas plus : retirez-en une.")
    _refuse_twice(by.school, owner, text, words)
    made = Phrase.objects.create(school=by.school, owner=owner, key=text.key, text=words)
    _tell("ajoute", made, text, "", words, by)
    return made


@transaction.atomic
def change_phrase(phrase: Phrase, text: Text, raw: str, *, seen: str, by: Actor) -> bool:
    """Put other words in the place of those `seen`; False when they are the same.

    `text` is the one it is kept for. Raises `NotYourPhrase`, `BadValue`, or `PhraseChanged`.
    """
    words = _words(text, raw)
    held = _held(phrase, by)
    if held.text == words:
        return False
    if held.text != seen:
        raise PhraseChanged(held.text)
    _refuse_twice(by.school, held.owner, text, words)
    Phrase.objects.filter(pk=held.pk).update(text=words)
    _tell("modifie", held, text, held.text, words, by)
    return True


@transaction.atomic
def remove_phrase(phrase: Phrase, text: Text, *, by: Actor) -> None:
    """Keep a phrase for `text` no more; the texts it was inserted in stay.

    Raises `NotYourPhrase`.
    """
    held = _held(phrase, by)
    _tell("retire", held, text, held.text, "", by)
    held.delete()


def _held(phrase: Phrase, by: Actor) -> Phrase:
    """The phrase as it stands, ours until the end of the transaction."""
    _lock(by.school)
    held = Phrase.objects.select_related("owner").filter(pk=phrase.pk).first()
    if held is None or not can_change_phrase(by, held):
        raise NotYourPhrase
    return held


def _lock(school: School) -> None:
    """Phrases of a school change one at a time."""
    School.objects.select_for_update(no_key=True).get(pk=school.pk)


def _words(text: Text, raw: str) -> str:
    words = limited_text("La phrase", text.limit)(raw)
    if not words:
        raise BadValue("La phrase est vide : écrivez-la.")
    return words


def _refuse_twice(school: School, owner: User | None, text: Text, words: str) -> None:
    if Phrase.objects.filter(school=school, owner=owner, key=text.key, text=words).exists():
        raise BadValue("Cette phrase est déjà gardée pour ce texte.")


def _tell(action: str, phrase: Phrase, text: Text, before: str, after: str, by: Actor) -> None:
    kept = (before, after) if phrase.owner_id is None else ("", "")
    change = journal.Change(action, "phrase", str(phrase.pk), text.label, *kept)
    journal.record([change], school_uai=by.school.uai, by=by.author)

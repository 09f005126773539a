"""Ready phrases: whose they are, what is refused, what the journal keeps."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.phrases import actions
from livretpro.phrases.actions import (
    NotYourPhrase,
    PhraseChanged,
    add_phrase,
    change_phrase,
    remove_phrase,
)
from livretpro.phrases.models import Phrase
from livretpro.phrases.queries import phrase_of, phrases_of
from livretpro.phrases.rules import Text
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.rules import Role
from livretpro.typed import BadValue
from lycee import UAI, Lycee, found

pytestmark = pytest.mark.django_db
TEXT = Text("appreciation", "Appréciation générale", 300)
LONG = Text("synthese", "Synthèse", 1000)


@pytest.fixture
def lycee() -> Lycee:
    return found({"TCIEL1": 1})


def acting(lycee: Lycee, role: Role, last_name: str, first_name: str = "Zoé") -> Actor:
    person = lycee.person(role, last_name, first_name)
    actor = actor_of(person, UAI, on=timezone.localdate())
    assert actor is not None
    return actor


@pytest.fixture
def teacher(lycee: Lycee) -> Actor:
    return acting(lycee, Role.ENSEIGNANT, "PETIT")


@pytest.fixture
def head(lycee: Lycee) -> Actor:
    return acting(lycee, Role.CHEF, "FERRAND")


def told() -> list[tuple[str | None, ...]]:
    entries = Entry.objects.filter(kind="phrase").order_by("rank")
    return list(entries.values_list("action", "field", "values_kept__before", "values_kept__after"))


def test_one_sees_ones_own_and_those_of_the_school(
    lycee: Lycee, teacher: Actor, head: Actor
) -> None:
    own = add_phrase(TEXT, "  Du sérieux. ", school_wide=False, by=teacher)
    shared = add_phrase(TEXT, "Un bon trimestre.", school_wide=True, by=head)
    other = add_phrase(TEXT, "À revoir ensemble.", school_wide=False, by=head)

    assert own.text == "Du sérieux."
    assert phrases_of(teacher, [TEXT]) == [own, shared]
    assert phrases_of(lycee.actor, [TEXT, LONG]) == [shared]
    assert phrases_of(teacher, [LONG]) == []
    assert phrase_of(teacher, [TEXT], own.pk) == own
    assert phrase_of(teacher, [TEXT], other.pk) is None


def test_phrases_stand_in_the_order_of_the_alphabet(head: Actor) -> None:
    for words in ("Un bon trimestre.", "Élève sérieux.", "des progrès."):
        add_phrase(TEXT, words, school_wide=True, by=head)

    told = [one.text for one in phrases_of(head, [TEXT])]

    assert told == ["des progrès.", "Élève sérieux.", "Un bon trimestre."]


def test_the_journal_keeps_the_words_of_the_school_alone(teacher: Actor, head: Actor) -> None:
    shared = add_phrase(TEXT, "Un bon trimestre.", school_wide=True, by=head)
    own = add_phrase(LONG, "Ponctuel.", school_wide=False, by=teacher)
    change_phrase(shared, TEXT, "Un bon semestre.", seen="Un bon trimestre.", by=head)
    remove_phrase(own, LONG, by=teacher)

    assert told() == [
        ("ajoute", "Appréciation générale", "", "Un bon trimestre."),
        ("ajoute", "Synthèse", None, None),
        ("modifie", "Appréciation générale", "Un bon trimestre.", "Un bon semestre."),
        ("retire", "Synthèse", None, None),
    ]
    assert list(Phrase.objects.values_list("text", flat=True)) == ["Un bon semestre."]


def test_nobody_changes_what_is_not_theirs(lycee: Lycee, teacher: Actor, head: Actor) -> None:
    shared = add_phrase(TEXT, "Un bon trimestre.", school_wide=True, by=head)
    own = add_phrase(TEXT, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(NotYourPhrase):
        add_phrase(TEXT, "Pour tous.", school_wide=True, by=teacher)
    with pytest.raises(NotYourPhrase):
        change_phrase(shared, TEXT, "Autre.", seen=shared.text, by=teacher)
    with pytest.raises(NotYourPhrase):
        remove_phrase(own, TEXT, by=head)
    with pytest.raises(NotYourPhrase):
        add_phrase(TEXT, "Sans personne.", school_wide=False, by=lycee.actor)
    administrator = acting(lycee, Role.ADMINISTRATEUR, "BRASQUIER")
    with pytest.raises(NotYourPhrase):
        add_phrase(TEXT, "Rien.", school_wide=False, by=administrator)

    assert Phrase.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("  ", "La phrase est vide : écrivez-la."),
        ("é" * 301, "La phrase compte 301 caractères : la limite est de 300, 1 de trop."),
        ("Du sérieux.", "Cette phrase est déjà gardée pour ce texte."),
    ],
)
def test_what_cannot_be_kept_is_refused(teacher: Actor, words: str, why: str) -> None:
    add_phrase(TEXT, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(BadValue) as refusal:
        add_phrase(TEXT, words, school_wide=False, by=teacher)

    assert refusal.value.phrase == why
    assert Phrase.objects.count() == 1


def test_the_same_words_may_serve_another_text(teacher: Actor) -> None:
    add_phrase(TEXT, "Du sérieux.", school_wide=False, by=teacher)
    add_phrase(LONG, "Du sérieux.", school_wide=False, by=teacher)
    add_phrase(LONG, "é" * 1000, school_wide=False, by=teacher)

    assert Phrase.objects.count() == 3


def test_the_database_keeps_a_phrase_once(lycee: Lycee) -> None:
    Phrase.objects.create(school=lycee.school, key=TEXT.key, text="Du sérieux.")

    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.create(school=lycee.school, key=TEXT.key, text="Du sérieux.")


def test_no_more_than_so_many(teacher: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PHRASES_MAX", 1)
    add_phrase(TEXT, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(BadValue, match="1 phrases sont gardées"):
        add_phrase(TEXT, "Des progrès.", school_wide=False, by=teacher)


def test_a_phrase_changed_meanwhile_is_not_overwritten(head: Actor) -> None:
    shared = add_phrase(TEXT, "Un bon trimestre.", school_wide=True, by=head)
    change_phrase(shared, TEXT, "Un bon semestre.", seen="Un bon trimestre.", by=head)

    with pytest.raises(PhraseChanged) as refusal:
        change_phrase(shared, TEXT, "Une bonne année.", seen="Un bon trimestre.", by=head)

    assert refusal.value.stands == "Un bon semestre."
    assert Phrase.objects.get().text == "Un bon semestre."
    assert change_phrase(shared, TEXT, "Un bon semestre.", seen="", by=head) is False

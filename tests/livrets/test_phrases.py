"""Ready phrases: whose they are, what is refused, what the journal keeps."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.livrets.actions import (
    NotYourPhrase,
    PhraseChanged,
    add_phrase,
    change_phrase,
    remove_phrase,
)
from livretpro.livrets.actions import phrases as actions
from livretpro.livrets.fields import UnknownField
from livretpro.livrets.models import Phrase
from livretpro.livrets.phrases import phrase_of, phrases_of
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.rules import Role
from livretpro.typed import BadValue
from lycee import UAI, Lycee, found

pytestmark = pytest.mark.django_db
KEY = "appreciation"


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
    own = add_phrase(KEY, "  Du sérieux. ", school_wide=False, by=teacher)
    shared = add_phrase(KEY, "Un bon trimestre.", school_wide=True, by=head)
    other = add_phrase(KEY, "À revoir ensemble.", school_wide=False, by=head)

    assert own.text == "Du sérieux."
    assert list(phrases_of(teacher)) == [own, shared]
    assert list(phrases_of(lycee.actor)) == [shared]
    assert phrase_of(teacher, other.pk) is None


def test_the_journal_keeps_the_words_of_the_school_alone(teacher: Actor, head: Actor) -> None:
    shared = add_phrase(KEY, "Un bon trimestre.", school_wide=True, by=head)
    own = add_phrase("pfmp_synthese", "Ponctuel.", school_wide=False, by=teacher)
    change_phrase(shared, "Un bon semestre.", seen="Un bon trimestre.", by=head)
    remove_phrase(own, by=teacher)

    assert told() == [
        ("ajoute", "Appréciation générale", "", "Un bon trimestre."),
        ("ajoute", "Synthèse des PFMP", None, None),
        ("modifie", "Appréciation générale", "Un bon trimestre.", "Un bon semestre."),
        ("retire", "Synthèse des PFMP", None, None),
    ]
    assert list(Phrase.objects.values_list("text", flat=True)) == ["Un bon semestre."]


def test_nobody_changes_what_is_not_theirs(lycee: Lycee, teacher: Actor, head: Actor) -> None:
    shared = add_phrase(KEY, "Un bon trimestre.", school_wide=True, by=head)
    own = add_phrase(KEY, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(NotYourPhrase):
        add_phrase(KEY, "Pour tous.", school_wide=True, by=teacher)
    with pytest.raises(NotYourPhrase):
        change_phrase(shared, "Autre.", seen=shared.text, by=teacher)
    with pytest.raises(NotYourPhrase):
        remove_phrase(own, by=head)
    with pytest.raises(NotYourPhrase):
        add_phrase(KEY, "Sans personne.", school_wide=False, by=lycee.actor)
    administrator = acting(lycee, Role.ADMINISTRATEUR, "BRASQUIER")
    with pytest.raises(NotYourPhrase):
        add_phrase(KEY, "Rien.", school_wide=False, by=administrator)

    assert Phrase.objects.count() == 2


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        (KEY, "  ", "La phrase est vide : écrivez-la."),
        (KEY, "é" * 301, "La phrase compte 301 caractères : la limite est de 300, 1 de trop."),
        (KEY, "Du sérieux.", "Cette phrase est déjà gardée pour ce champ."),
    ],
)
def test_what_cannot_be_kept_is_refused(teacher: Actor, key: str, text: str, why: str) -> None:
    add_phrase(KEY, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(BadValue) as refusal:
        add_phrase(key, text, school_wide=False, by=teacher)

    assert refusal.value.phrase == why
    assert Phrase.objects.count() == 1


def test_the_same_words_may_serve_another_text(teacher: Actor) -> None:
    add_phrase(KEY, "Du sérieux.", school_wide=False, by=teacher)
    add_phrase("projet_appreciation", "Du sérieux.", school_wide=False, by=teacher)
    add_phrase("pfmp_synthese", "é" * 1000, school_wide=False, by=teacher)

    assert Phrase.objects.count() == 3
    with pytest.raises(UnknownField):
        add_phrase("moyenne_1", "Du sérieux.", school_wide=False, by=teacher)


def test_the_database_keeps_a_phrase_once(lycee: Lycee) -> None:
    Phrase.objects.create(school=lycee.school, key=KEY, text="Du sérieux.")

    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.create(school=lycee.school, key=KEY, text="Du sérieux.")


def test_no_more_than_so_many(teacher: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PHRASES_MAX", 1)
    add_phrase(KEY, "Du sérieux.", school_wide=False, by=teacher)

    with pytest.raises(BadValue, match="1 phrases sont gardées"):
        add_phrase(KEY, "Des progrès.", school_wide=False, by=teacher)


def test_a_phrase_changed_meanwhile_is_not_overwritten(head: Actor) -> None:
    shared = add_phrase(KEY, "Un bon trimestre.", school_wide=True, by=head)
    change_phrase(shared, "Un bon semestre.", seen="Un bon trimestre.", by=head)

    with pytest.raises(PhraseChanged) as refusal:
        change_phrase(shared, "Une bonne année.", seen="Un bon trimestre.", by=head)

    assert refusal.value.stands == "Un bon semestre."
    assert Phrase.objects.get().text == "Un bon semestre."
    assert change_phrase(shared, "Un bon semestre.", seen="", by=head) is False

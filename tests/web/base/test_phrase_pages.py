"""The page of ready phrases, and the list that texts ask of it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.phrases.actions import add_phrase
from livretpro.phrases.models import Phrase
from livretpro.phrases.rules import KEY_MAX, TEXT_MAX
from livretpro.schools.rules import Role
from livretpro.web.base.place import Place
from livretpro.web.base.systems import texts_of
from livretpro.web.suivi.system import TEXTS
from lycee import UAI, Lycee, found, signed_in
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db
PAGE = f"/ecole/{UAI}/phrases/"
TEXT = TEXTS[0]
KEY = TEXT.key


@pytest.fixture
def lycee() -> Lycee:
    return found({"TCIEL1": 1})


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


@pytest.fixture
def as_teacher(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))


def kept(client: Client, text: str, **more: str) -> ReadPage:
    return ReadPage(client.post(PAGE, {"champ": KEY, "texte": text, **more}, follow=True))


def listed(page: ReadPage, name: str) -> list[str]:
    return [words(p) for p in page.main.xpath(f".//section[@aria-labelledby='{name}']//li/p")]


def test_phrases_are_kept_changed_and_removed(as_head: Client, as_teacher: Client) -> None:
    kept(as_head, "Un bon trimestre.", pour="etablissement")
    page = kept(as_teacher, "Du sérieux.")
    own = Phrase.objects.get(owner__isnull=False)

    assert page.messages() == ["La phrase est gardée pour : Appréciation générale du livret."]
    assert listed(page, "miennes") == ["Du sérieux."]
    assert listed(page, "communes") == ["Un bon trimestre."]
    assert "N’écrivez rien ici sur un élève" in page.text

    change = {"texte": "Du vrai sérieux.", "vu": "Du sérieux."}
    page = ReadPage(as_teacher.post(f"{PAGE}{own.pk}/", change, follow=True))
    assert listed(page, "miennes") == ["Du vrai sérieux."]
    page = ReadPage(as_teacher.post(f"{PAGE}{own.pk}/retirer/", follow=True))
    assert listed(page, "miennes") == []


def test_what_is_refused_stays_typed(as_teacher: Client) -> None:
    page = ReadPage(as_teacher.post(PAGE, {"champ": "projet_appreciation", "texte": "é" * 305}))

    assert page.status == 422
    assert page.main.xpath("string(.//*[@role='alert'])") == (
        "La phrase compte 305 caractères : la limite est de 300, 5 de trop."
    )
    assert page.main.xpath("string(.//textarea)").strip() == "é" * 305
    assert page.main.xpath("string(.//option[@selected]/@value)") == "projet_appreciation"
    assert as_teacher.post(PAGE, {"champ": "moyenne_1", "texte": "12"}).status_code == 400
    assert not Phrase.objects.exists()


def test_a_change_refused_or_come_late_stays_typed(lycee: Lycee, as_head: Client) -> None:
    one = add_phrase(TEXT, "Un bon trimestre.", school_wide=True, by=lycee.actor)

    empty = ReadPage(as_head.post(f"{PAGE}{one.pk}/", {"texte": " ", "vu": one.text}))
    late = ReadPage(as_head.post(f"{PAGE}{one.pk}/", {"texte": "Le mien.", "vu": "Avant."}))

    assert (empty.status, late.status) == (422, 409)
    assert late.main.xpath("string(.//textarea)").strip() == "Le mien."
    assert late.main.xpath("string(.//input[@name='vu']/@value)") == "Un bon trimestre."


def test_a_teacher_shares_nothing_and_reads_nobody_elses(
    lycee: Lycee, as_head: Client, as_teacher: Client
) -> None:
    kept(as_head, "À moi seule.")
    private = Phrase.objects.get()

    refused = as_teacher.post(PAGE, {"champ": KEY, "texte": "Pour tous.", "pour": "etablissement"})

    assert refused.status_code == 403
    assert as_teacher.get(f"{PAGE}{private.pk}/").status_code == 404
    assert as_teacher.post(f"{PAGE}{private.pk}/retirer/").status_code == 404
    assert Phrase.objects.get() == private


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    lycee: Lycee,
    as_head: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for rank in range(count):
        add_phrase(TEXT, f"Phrase {rank}.", school_wide=True, by=lycee.actor)
    as_head.get(PAGE)

    with django_assert_num_queries(6):
        page = ReadPage(as_head.get(PAGE))
    with django_assert_num_queries(6):
        answer = as_head.get(f"{PAGE}liste/").json()

    assert len(listed(page, "communes")) == count
    assert answer["phrases"][0] == {"champ": KEY, "texte": "Phrase 0.", "ecole": True}
    assert len(answer["phrases"]) == count


def test_the_journal_names_a_phrase(lycee: Lycee, as_head: Client) -> None:
    kept(as_head, "Un bon trimestre.", pour="etablissement")

    page = ReadPage(as_head.get(f"/ecole/{UAI}/journal/", {"sorte": "phrase"}))

    assert f"Phrase n° {Phrase.objects.get().pk}" in page.text
    assert "Un bon trimestre." in page.text


def test_systems_declare_texts_that_are_told_apart(lycee: Lycee) -> None:
    texts = texts_of(Place(lycee.actor, lycee.school, lycee.year))

    assert len(texts) >= 3
    assert len({text.key for text in texts}) == len({text.label for text in texts}) == len(texts)
    assert max(text.limit for text in texts) <= TEXT_MAX
    assert max(len(text.key) for text in texts) <= KEY_MAX

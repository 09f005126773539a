"""A software deposits a file by its token, then asks what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import factories
import registry_factories as make
from livretpro.journal.models import Entry
from livretpro.lsl_registry.deposits import (
    PER_MINUTE,
    BadName,
    MadeToken,
    make_token,
    revoke_token,
)
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import DepositToken, Import
from livretpro.lsl_registry.permissions import NotAllowed
from livretpro.schools.rules import Role
from lycee import signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db
DEPOSITS = "/api/v1/depots"
TOKENS = f"/registre/{factories.UAI}/jetons/"


@pytest.fixture
def made() -> MadeToken:
    make.room(2)
    return make_token("LivretPro Suivi", by=factories.actor())


def send(secret: str, content: bytes, query: str = "", **headers: str):
    return Client().post(
        f"{DEPOSITS}{query}",
        content,
        content_type="application/xml",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def ask(secret: str, address: str):
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"})


def test_a_file_is_deposited_then_its_bilan_read(made: MadeToken) -> None:
    content = make.content(make.document(make.eleve(1001), make.eleve(999)))

    answer = send(made.secret, content, **{"X-Nom-Fichier": "LSLPRO_TMELEC_v001.xml"})

    received = Import.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"import": received.pk, "etat": "en_cours"})
    assert answer["Location"] == f"{DEPOSITS}/{received.pk}"
    assert (received.file_name, received.author_id) == (
        "LSLPRO_TMELEC_v001.xml",
        f"jeton:{made.token.pk}",
    )
    waiting = ask(made.secret, answer["Location"]).json()
    assert (waiting["etat"], waiting["bilan"]) == ("en_cours", None)
    run_import(received.pk)
    over = ask(made.secret, answer["Location"]).json()
    assert (over["etat"], over["total"], over["fait"]) == ("termine", 2, 2)
    bilan = over["bilan"]
    assert (bilan["lus"], bilan["importes"], bilan["rejetes"]) == (2, 1, 1)
    assert [c["code"] for c in bilan["eleves"][1]["constats"]] == ["REJLSL_E01"]
    assert Entry.objects.filter(action="depose", author_id=f"jeton:{made.token.pk}").exists()


def test_without_a_live_token_nothing_is_taken(made: MadeToken) -> None:
    content = make.content(make.document())
    revoke_token(made.token, by=factories.actor(), now=timezone.now())

    answers = [send(made.secret, content), send("autre", content), Client().post(DEPOSITS)]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert answers[0].json()["phrase"].startswith("Jeton absent ou révoqué")
    assert answers[0]["WWW-Authenticate"] == "Bearer"
    assert not Import.objects.exists()


def test_a_token_reads_only_what_it_deposited(made: MadeToken) -> None:
    by_hand = make.keep(make.document())
    other = make_token("Autre", by=factories.actor())
    own = send(other.secret, make.content(make.document())).json()["import"]

    assert ask(made.secret, f"{DEPOSITS}/{by_hand.pk}").status_code == 404
    assert ask(made.secret, f"{DEPOSITS}/{own}").status_code == 404
    assert ask(other.secret, f"{DEPOSITS}/{own}").status_code == 200


@pytest.mark.parametrize(
    ("content", "query", "phrase"),
    [
        (b"", "", "Le fichier est vide."),
        (b"PK\x03\x04", "", "Déposez les fichiers .xml un par un"),
        (b"<lsl/>", "?division=TMELEC999", "ne se lit pas"),
    ],
)
def test_what_cannot_be_kept_is_said(
    made: MadeToken, content: bytes, query: str, phrase: str
) -> None:
    answer = send(made.secret, content, query)

    assert answer.status_code == 422
    assert phrase in answer.json()["phrase"]
    assert not Import.objects.exists()


def test_a_file_sent_again_under_its_key_is_one_import(made: MadeToken) -> None:
    content = make.content(make.document())
    again = {"Idempotency-Key": "depot-1"}
    other = make_token("Autre", by=factories.actor())

    first = send(made.secret, content, **again)
    run_import(first.json()["import"])
    second = send(made.secret, content, **again)
    another = send(made.secret, content + b"\n", **again)
    elsewhere = send(other.secret, content, **again)
    without = [send(made.secret, content) for _ in range(2)]

    number = first.json()["import"]
    assert (second.status_code, second.json()) == (201, {"import": number, "etat": "termine"})
    assert (another.status_code, another.json()["code"]) == (422, "depot_refuse")
    assert elsewhere.json()["import"] != number
    assert len({one.json()["import"] for one in without} - {number}) == 1
    assert Import.objects.count() == 3


@pytest.mark.parametrize("key", ["x" * 65, "a\tb"])
def test_a_key_that_cannot_be_kept_is_said(made: MadeToken, key: str) -> None:
    answer = send(made.secret, b"<lsl/>", **{"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (422, "illisible")


def test_a_file_too_large_is_not_read_further(made: MadeToken, monkeypatch) -> None:
    monkeypatch.setattr("livretpro.web.registre.views.deposits.MAX_BYTES", 10)

    answer = send(made.secret, b"<lsl>plus long</lsl>")

    assert (answer.status_code, answer.json()["code"]) == (413, "trop_gros")


def test_a_token_that_asks_too_much_waits(made: MadeToken) -> None:
    now = timezone.now() - timedelta(seconds=5)
    DepositToken.objects.update(window_start=now, window_count=PER_MINUTE)

    answer = ask(made.secret, f"{DEPOSITS}/1")

    assert answer.status_code == 429
    assert 50 < int(answer["Retry-After"]) <= 60


def test_the_head_gives_a_token_shown_once_and_revokes_it() -> None:
    make.room(1)
    factories.membership(role=Role.CHEF)
    head = signed_in(factories.user())
    assert "Aucun logiciel ne dépose de fichier ici." in ReadPage(head.get(TOKENS)).text

    slip = ReadPage(head.post(TOKENS, {"nom": "Mon logiciel"}))
    token = DepositToken.objects.get()
    again = head.post(TOKENS, {"nom": "mon logiciel"})
    listed = ReadPage(head.get(TOKENS))
    gone = ReadPage(head.post(f"{TOKENS}{token.pk}/revoquer/", follow=True))

    assert "Le jeton ne sera plus affiché" in slip.text
    assert again.status_code == 422
    assert "a déjà un jeton" in ReadPage(again).text
    assert "Mon logiciel" in listed.text
    assert "jamais" in listed.text
    assert "Le jeton de Mon logiciel est révoqué." in gone.messages()
    entries = Entry.objects.filter(kind="jeton_depot").order_by("pk")
    assert [(one.action, one.key) for one in entries] == [
        ("ajoute", str(token.pk)),
        ("revoque", str(token.pk)),
    ]


def test_only_the_heads_give_tokens() -> None:
    make.room(1)

    with pytest.raises(NotAllowed):
        make_token("X", by=factories.actor(Role.ENSEIGNANT))
    with pytest.raises(BadName):
        make_token(" ", by=factories.actor())

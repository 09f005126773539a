"""The client of the partner API against a server that answers well, badly, late or not at all."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest

from cpro_client import (
    BadAnswer,
    Client,
    CproError,
    Decision,
    Diploma,
    Division,
    NotFound,
    NotPublished,
    Period,
    PupilBilan,
    Refused,
    School,
    Teacher,
    Unreachable,
)
from openid_provider import stop_listening
from partner_server import CLIENT, DIVISIONS, PERIOD, SCHOOL, SECRET, TOKEN, Reply, Suivi
from partner_server import running_suivi as running

SCHOOL_SAID = {"uai": "0750001A", "nom": "LP Jean Moulin", "annee": "2026-2027"}
DIVISION_SAID = {
    "code": "1MELEC",
    "libelle": "1re MELEC",
    "diplomes": [
        {
            "cfd": "40025508",
            "mefs": ["2472552121"],
            "niveau": "premiere",
            "periodicite": "S",
            "competences": ["C01", "C04.1"],
        }
    ],
    "periodes": [
        {
            "numero": 1,
            "debut": "2026-09-01",
            "fin": "2027-01-31",
            "publiee_le": "2027-01-20T10:00:00+00:00",
        },
        {"numero": 2, "debut": None, "fin": None, "publiee_le": None},
    ],
}
PUPIL_SAID = {
    "eleve_id": "1001",
    "ine": "123456789AB",
    "nom": "MARTIN",
    "prenom": "Léa",
    "cfd": "40025508",
    "moyenne": "12.50",
    "non_note": False,
    "appreciation": "Sérieuse.",
    "enseignants": [{"nom": "DURAND", "prenom": "Paul"}],
    "degres": [{"code": "C01", "degre": 3}, {"code": "C04.1", "degre": 1}],
    "modifie_le": "2027-01-19T16:30:00+00:00",
}


@pytest.fixture
def suivi() -> Iterator[Suivi]:
    with running() as server:
        server.says(SCHOOL, SCHOOL_SAID)
        yield server


def client(suivi: Suivi, *, secret: str = SECRET, **patience: Any) -> Client:
    """A client that does not wait between two attempts."""
    options = {"timeout": 5.0, "retries": 0, "sleep": [].append} | patience
    return Client(suivi.url, CLIENT, secret, **options)


def period(*pupils: Any, page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {
        "division": "1MELEC",
        "numero": 1,
        "publiee_le": "2027-01-20T10:00:00+00:00",
        "eleves": list(pupils),
        "page": page,
        "pages": pages,
    }


def test_the_school(suivi: Suivi) -> None:
    assert client(suivi).school() == School("0750001A", "LP Jean Moulin", "2026-2027")


def test_the_divisions(suivi: Suivi) -> None:
    suivi.says(DIVISIONS, {"divisions": [DIVISION_SAID], "page": 1, "pages": 1})

    assert client(suivi).divisions() == [
        Division(
            "1MELEC",
            "1re MELEC",
            (Diploma("40025508", ("2472552121",), "premiere", "S", ("C01", "C04.1")),),
            (
                Period(
                    1,
                    date(2026, 9, 1),
                    date(2027, 1, 31),
                    datetime(2027, 1, 20, 10, tzinfo=UTC),
                ),
                Period(2, None, None, None),
            ),
        )
    ]


def test_the_bilans_of_every_page(suivi: Suivi) -> None:
    empty = PUPIL_SAID | {
        "eleve_id": "1002",
        "ine": None,
        "moyenne": None,
        "non_note": True,
        "appreciation": "",
        "enseignants": [],
        "degres": [],
        "modifie_le": None,
    }
    suivi.says(PERIOD, period(PUPIL_SAID, page=1, pages=2))
    suivi.says(f"{PERIOD}?page=2", period(empty, page=2, pages=2))

    assert client(suivi).bilans("1MELEC", 1) == [
        PupilBilan(
            student_id="1001",
            ine="123456789AB",
            last_name="MARTIN",
            first_name="Léa",
            cfd="40025508",
            average=Decimal("12.50"),
            not_graded=False,
            appraisal="Sérieuse.",
            teachers=(Teacher("DURAND", "Paul"),),
            degrees={"C01": 3, "C04.1": 1},
            changed_at=datetime(2027, 1, 19, 16, 30, tzinfo=UTC),
        ),
        PupilBilan(
            student_id="1002",
            ine=None,
            last_name="MARTIN",
            first_name="Léa",
            cfd="40025508",
            average=None,
            not_graded=True,
            appraisal="",
            teachers=(),
            degrees={},
            changed_at=None,
        ),
    ]


def test_who_decided_a_value_and_when(suivi: Suivi) -> None:
    told = {"le": "2027-01-19T16:30:00+00:00", "par": "DURAND Paul"}
    said = {"moyenne_decidee": told, "appreciation_decidee": None} | {
        "degres": [{"code": "C01", "degre": 3, "decide": told}, {"code": "C02", "degre": 1}]
    }
    suivi.says(PERIOD, period(PUPIL_SAID | said))

    (found,) = client(suivi).bilans("1MELEC", 1)

    decision = Decision(datetime(2027, 1, 19, 16, 30, tzinfo=UTC), "DURAND Paul")
    assert (found.average_decided, found.appraisal_decided) == (decision, None)
    assert (found.degrees, found.degrees_decided) == ({"C01": 3, "C02": 1}, {"C01": decision})


def test_a_code_of_division_is_escaped(suivi: Suivi) -> None:
    suivi.says("/api/v1/divisions/1%2F%20A%3F/periodes/1", period())

    assert client(suivi).bilans("1/ A?", 1) == []


def test_one_token_serves_several_questions(suivi: Suivi) -> None:
    reader = client(suivi)
    reader.school()
    reader.school()

    assert suivi.asked == [TOKEN, SCHOOL, SCHOOL]


def test_a_token_dead_in_the_middle_is_asked_for_again_once(suivi: Suivi) -> None:
    reader = client(suivi)
    reader.school()
    suivi.forget_tokens()

    assert reader.school().uai == "0750001A"
    assert suivi.asked == [TOKEN, SCHOOL, SCHOOL, TOKEN, SCHOOL]


def test_a_token_refused_twice_is_not_asked_for_a_third_time(suivi: Suivi) -> None:
    reader = client(suivi)
    reader.school()
    suivi.says(SCHOOL, Reply({"code": "jeton", "phrase": "Non."}, 401))

    with pytest.raises(Refused) as refused:
        reader.school()

    assert "révoqué" in refused.value.phrase
    assert suivi.asked == [TOKEN, SCHOOL, SCHOOL, TOKEN, SCHOOL]


def test_a_wrong_secret(suivi: Suivi) -> None:
    with pytest.raises(Refused) as refused:
        client(suivi, secret="un autre").school()

    assert "identifiant ou le secret" in refused.value.phrase
    assert suivi.asked == [TOKEN]


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (Reply({"code": "portee", "phrase": "Non."}, 403), Refused, "ne permet pas"),
        (Reply({"code": "introuvable", "phrase": "?"}, 404), NotFound, "ne connaît pas"),
        (
            Reply({"code": "periode_non_publiee", "phrase": "…"}, 404),
            NotPublished,
            "n’est pas publiée",
        ),
        (Reply(b"<h1>Not Found</h1>", 404), BadAnswer, "vérifiez l’adresse"),
        (Reply(b"<!doctype html><p>Bonjour", 200), BadAnswer, "vérifiez l’adresse"),
        (Reply(b"", 200), BadAnswer, "vérifiez l’adresse"),
        (Reply(b'{"division": "1MEL', 200), BadAnswer, "vérifiez l’adresse"),
        (Reply(b"[" * 100_000, 200), BadAnswer, "vérifiez l’adresse"),
        (Reply(["une", "liste"], 200), BadAnswer, "forme attendue"),
        (Reply({}, 418), BadAnswer, "forme attendue"),
        (Reply(b'"' + b"x" * 9_000_000 + b'"', 200), BadAnswer, "trop grande"),
        (Reply({}, 500), Unreachable, "réponse 500"),
        (Reply({}, 503), Unreachable, "réponse 503"),
        (Reply({}, 429), Unreachable, "trop de demandes"),
        (Reply({"a": 1}, cut=True), Unreachable, "ne répond pas"),
        (
            Reply({}, 302, {"Location": "https://ailleurs.example.fr/vol?x=1"}),
            BadAnswer,
            "(ailleurs.example.fr)",
        ),
        (Reply({}, 302, {"Location": "http://[x"}), BadAnswer, "(?)"),
        (
            Reply({}, 301, {"Location": "//ailleurs.example.fr/"}),
            BadAnswer,
            "(ailleurs.example.fr)",
        ),
    ],
)
def test_an_answer_that_is_not_good(
    suivi: Suivi, reply: Reply, error: type[CproError], said: str
) -> None:
    suivi.says(PERIOD, reply)

    with pytest.raises(CproError) as failed:
        client(suivi).bilans("1MELEC", 1)

    assert type(failed.value) is error
    assert said in failed.value.phrase


def test_a_redirection_of_the_token_is_not_followed(suivi: Suivi) -> None:
    suivi.says(TOKEN, Reply({}, 307, {"Location": f"{suivi.url}/piege"}))

    with pytest.raises(BadAnswer):
        client(suivi).school()

    assert suivi.asked == [TOKEN]


def test_the_body_of_a_redirection_is_not_read(suivi: Suivi) -> None:
    """It comes drop by drop: who read it would wait far beyond the time-out."""
    elsewhere = {"Location": "https://ailleurs.example.fr/"}
    suivi.says(TOKEN, Reply(b"x" * 200, 302, elsewhere, drips=True))

    with pytest.raises(BadAnswer) as failed:
        client(suivi).school()

    assert "(ailleurs.example.fr)" in failed.value.phrase
    assert not suivi.dripped


def test_nobody_at_the_address() -> None:
    reader = Client(stop_listening(), CLIENT, SECRET, retries=0)

    with pytest.raises(Unreachable) as failed:
        reader.school()

    assert "ne répond pas" in failed.value.phrase


@pytest.mark.parametrize(
    "reply",
    [Reply(SCHOOL_SAID, drips=True), Reply(drips_first=True)],
    ids=["its body", "its headers"],
)
def test_a_server_that_drips_is_left(suivi: Suivi, reply: Reply) -> None:
    suivi.says(SCHOOL, reply)
    since = monotonic()

    with pytest.raises(Unreachable) as failed:
        client(suivi, timeout=0.3).school()

    assert "trop lentement" in failed.value.phrase
    assert monotonic() - since < 1.5


def test_trouble_that_passes_is_waited_for_longer_and_longer(suivi: Suivi) -> None:
    waits: list[float] = []
    suivi.says(SCHOOL, Reply({}, 503), Reply({}, 502), SCHOOL_SAID)

    assert client(suivi, retries=2, sleep=waits.append).school().uai == "0750001A"
    assert waits == [0.5, 1.0]


def test_the_wait_that_the_server_asks_is_kept_within_reason(suivi: Suivi) -> None:
    waits: list[float] = []
    suivi.says(
        SCHOOL,
        Reply({}, 429, {"Retry-After": "7"}),
        Reply({}, 429, {"Retry-After": "9000"}),
        Reply({}, 429, {"Retry-After": "demain"}),
        SCHOOL_SAID,
    )

    assert client(suivi, retries=3, sleep=waits.append).school().uai == "0750001A"
    assert waits == [7.0, 30.0, 2.0]


def test_a_refusal_is_not_tried_again(suivi: Suivi) -> None:
    suivi.says(SCHOOL, Reply({"code": "portee", "phrase": "Non."}, 403))

    with pytest.raises(Refused):
        client(suivi, retries=3).school()

    assert suivi.asked == [TOKEN, SCHOOL]


WRONG = [
    ("eleve_id", 1001),
    ("eleve_id", None),
    ("ine", 12),
    ("nom", "x" * 5000),
    ("nom", "A\0B"),
    ("nom", "\ud800"),
    ("moyenne", 12.5),
    ("moyenne", "12,50"),
    ("moyenne", "1e3"),
    ("moyenne", "9" * 10),
    ("moyenne", "NaN"),
    ("non_note", "non"),
    ("non_note", True),  # beside a number
    ("enseignants", None),
    ("enseignants", [{"nom": "DURAND"}]),
    ("degres", {"C01": 3}),
    ("degres", [{"code": "C01", "degre": 2.5}]),
    ("degres", [{"code": "C01", "degre": 10**10}]),
    ("degres", [{"code": "C01", "degre": True}]),
    ("degres", [{"code": "C01", "degre": "3"}]),
    ("degres", [{"code": "C01", "degre": 3}, {"code": "C01", "degre": 4}]),
    ("moyenne_decidee", "hier"),
    ("appreciation_decidee", {"le": "hier", "par": "DURAND Paul"}),
    ("degres", [{"code": "C01", "degre": 3, "decide": {"le": "2027-01-19T16:30:00+00:00"}}]),
    ("modifie_le", "hier"),
    ("modifie_le", "2027-01-19T16:30:00"),
]


@pytest.mark.parametrize(
    ("key", "value"), WRONG, ids=[f"{k}-{n}" for n, (k, _) in enumerate(WRONG)]
)
def test_a_value_that_is_not_what_the_api_says_refuses_the_whole(
    suivi: Suivi, key: str, value: object
) -> None:
    suivi.says(PERIOD, period(PUPIL_SAID, PUPIL_SAID | {"eleve_id": "1002", key: value}))

    with pytest.raises(BadAnswer) as failed:
        client(suivi).bilans("1MELEC", 1)

    assert "forme attendue" in failed.value.phrase
    assert "divisions.eleves[1]" in failed.value.cause


def test_a_number_out_of_its_scale_is_handed_out_as_it_came(suivi: Suivi) -> None:
    said = {
        "moyenne": "-25.125",
        "degres": [{"code": "C01", "degre": 5}, {"code": "C02", "degre": 0}],
    }
    suivi.says(PERIOD, period(PUPIL_SAID | said))

    (found,) = client(suivi).bilans("1MELEC", 1)

    assert (found.average, found.degrees) == (Decimal("-25.125"), {"C01": 5, "C02": 0})


@pytest.mark.parametrize("key", sorted(PUPIL_SAID))
def test_a_value_that_is_absent_refuses_the_whole(suivi: Suivi, key: str) -> None:
    said = deepcopy(PUPIL_SAID)
    del said[key]
    suivi.says(PERIOD, period(said))

    with pytest.raises(BadAnswer):
        client(suivi).bilans("1MELEC", 1)


@pytest.mark.parametrize(
    "said",
    [period(page=2, pages=2), period(pages=0), period(pages=201), period(PUPIL_SAID, PUPIL_SAID)],
)
def test_pages_that_do_not_follow_are_refused(suivi: Suivi, said: dict[str, Any]) -> None:
    suivi.says(PERIOD, said)

    with pytest.raises(BadAnswer):
        client(suivi).bilans("1MELEC", 1)


def test_a_list_that_has_no_end_is_given_up_in_time(suivi: Suivi) -> None:
    """Four times what a page may take, whatever the number of pages."""
    for number in range(1, 4):
        at = PERIOD if number == 1 else f"{PERIOD}?page={number}"
        suivi.says(at, period(page=number, pages=number + 1))
    moments = iter([0.0, 0.0, 20.0, 20.1])

    with pytest.raises(Unreachable, match="trop lentement"):
        client(suivi, clock=lambda: next(moments)).bilans("1MELEC", 1)

    assert suivi.asked.count(f"{PERIOD}?page=2") == 1


def test_a_list_of_more_lines_than_a_school_has_is_refused(
    suivi: Suivi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpro_client.reading.MOST", 2)
    one, two, three = (PUPIL_SAID | {"eleve_id": str(number)} for number in range(3))
    suivi.says(PERIOD, period(one, two, page=1, pages=3))
    suivi.says(f"{PERIOD}?page=2", period(three, page=2, pages=3))

    with pytest.raises(BadAnswer, match="plus de lignes"):
        client(suivi).bilans("1MELEC", 1)


@pytest.mark.parametrize(
    "said",
    [
        {"token_type": "Bearer"},
        {"access_token": "a", "token_type": "mac"},
        {"access_token": "a\r\nX-Vol: 1", "token_type": "Bearer"},
        {"access_token": "é", "token_type": "Bearer"},
        [],
    ],
)
def test_a_token_that_is_none(suivi: Suivi, said: object) -> None:
    suivi.says(TOKEN, said)

    with pytest.raises(BadAnswer):
        client(suivi).school()

    assert suivi.asked == [TOKEN]


@pytest.mark.parametrize("address", ["", "suivi.example.fr", "ftp://suivi.example.fr", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(address, CLIENT, SECRET)


def test_a_netrc_of_the_machine_does_not_replace_the_token(
    suivi: Suivi, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login autre password autre\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert client(suivi).school().uai == "0750001A"

"""From Suivi to the bulletin over the real API: what the team decided, value by value."""

import random
from contextlib import closing

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

import school_to_import as scene
from livretpro.bulletins import remote
from livretpro.bulletins.actions.connection import save_connection
from livretpro.bulletins.actions.repairs import Broken, repair
from livretpro.bulletins.models import Sector, Service
from livretpro.bulletins.prerequisites import Repair, State
from livretpro.bulletins.queries.contents import bulletins_of
from livretpro.bulletins.queries.facts import check_divisions
from livretpro.bulletins.queries.periods import mockups_of, periods_of
from livretpro.bulletins.showing import shown_bulletin
from livretpro.bulletins.words import Grouping
from livretpro.livrets.actions import fill, publish_period, record, take_period_back
from livretpro.partners.actions import MadeClient, create_client, revoke_client
from livretpro.referentiels.models import Competence
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.rules import APPRENTICE_STATUS
from lycee import CIEL, COMPETENCES, Lycee, found
from school_to_import import Ready, Values
from suivi_relay import garbled, meanwhile, relay_to, slow

Shown = dict[int, tuple[str, str, list[str]]]
PUPILS = range(1001, 1009)
SEED = 20261127
CODES = tuple(code + part for code in COMPETENCES for part in ("", ".1", ".2"))
"""Each competence, in two parts: the sector is then evaluated by element."""


def with_parts() -> None:
    """The référentiel of the diploma, its competences in parts."""
    held = Competence.objects.filter(referentiel__diplomas__cfd=CIEL, code__in=COMPETENCES)
    firsts = {one.code: one for one in held}
    Competence.objects.bulk_create(
        Competence(
            referentiel_id=firsts[code[:3]].referentiel_id,
            code=code,
            label=f"Partie {code}",
            parent=firsts[code[:3]],
            expected=False,
            position=100 + rank,
        )
        for rank, code in enumerate(CODES)
        if code not in firsts
    )


def decided(lycee: Lycee) -> Values:
    """Type a bilan at random for each pupil, and say what the bulletin must show."""
    chance = random.Random(SEED)
    expected: Values = {}
    heads = ["eleve_id", "moyenne_1", "bilan_1_appreciation"]
    heads += [f"bilan_1_competence:{code}" for code in CODES]
    rows = [heads]
    for pupil in PUPILS:
        average = chance.choice(["", "NN", f"{chance.randint(0, 2000) / 100:.2f}"])
        text = chance.choice(["", f"Bon trimestre de l’élève {pupil} : l’œuvre est soignée."])
        degrees = [chance.choice(["", "1", "2", "3", "4"]) for _ in CODES]
        rows.append([str(pupil), average.replace(".", ","), text, *degrees])
        if average:
            expected[pupil, "note"] = "None" if average == "NN" else average
        if text:
            expected[pupil, "texte"] = text
        typed = zip(CODES, degrees, strict=True)
        expected |= {(pupil, code): int(degree) for code, degree in typed if degree}
    text = "\n".join(";".join(row) for row in rows)
    assert fill(lycee.year, text, by=lycee.actor, apply=True).errors == ()
    return expected


def in_words(expected: Values) -> Shown:
    """What a person must read of each pupil: the note, the appraisal, the degrees."""
    degrees = {
        1: "non maîtrisée",
        2: "insuffisamment maîtrisée",
        3: "maîtrisée",
        4: "bien maîtrisée",
    }
    told: Shown = {}
    for pupil in PUPILS:
        own = [expected.get((pupil, code)) for code in CODES]
        note = str(expected.get((pupil, "note"), "")).replace("None", "non noté")
        told[pupil] = (
            note.replace(".", ","),
            str(expected.get((pupil, "texte"), "")),
            [f"{d}, {degrees[d]}" for d in own if isinstance(d, int)],
        )
    return told


def shown(lycee: Lycee, division: Division) -> Shown:
    """What the bulletins of a division say of the vocational subject."""
    (period, *_) = periods_of(division)
    (given,) = mockups_of([period]).values()
    of = bulletins_of(division, period, given.mockup, school=lycee.year.school)
    found: Shown = {}
    for content in of.bulletins:
        (line,) = shown_bulletin(content, of).lines
        words = [row.words for row in line.competences if row.degrees]
        found[content.enrolment.student.siecle_id] = (line.value, line.appraisal, words)
    return found


def repaired(lycee: Lycee, division: Division) -> list[Repair]:
    """Press the button of the first line that blocks or warns, until nothing is left to repair."""
    pressed: list[Repair] = []
    while True:
        told = remote.ask(lycee.year)
        (checked,) = check_divisions(lycee.year, [division], 1, told, by=lycee.actor)
        left = [line.repair for line in checked.lines if line.state is not State.OK]
        button = next((b for b in left if b and not b.leads), None)
        if button is None or len(pressed) > len(Repair):
            return pressed
        pressed.append(button)
        repair(Broken(division, 1, told.of(division.code)), button, by=lycee.actor)


def troubled(ready: Ready, lycee: Lycee, access: MadeClient, suivi: str) -> None:
    """A second division in every trouble: told, left as it was, and the first one imported."""
    first, second = (lycee.division(code) for code in ("TCIEL1", "TCIEL2"))
    record(lycee.enrolment(1009), "moyenne_1", "12", by=lycee.actor)
    publish_period(second, 1, by=lycee.actor)
    repaired(lycee, second)
    scene.imported(ready, second)
    record(lycee.enrolment(1009), "moyenne_1", "19", by=lycee.actor)

    def take_back() -> None:
        with closing(connection):  # that of the relay's own thread
            take_period_back(second, 1, by=lycee.actor)

    def revoke() -> None:
        with closing(connection):
            revoke_client(access.client, by=lycee.actor, now=timezone.now())

    troubles = [
        (garbled, "n’est pas l’API de LivretPro Suivi"),
        (slow, "répond trop lentement"),
        (meanwhile(take_back), "n’est pas publiée dans CPRO"),
        (meanwhile(revoke), "refuse l’identifiant ou le secret"),
    ]
    with relay_to(suivi) as relay:
        connect(lycee, relay.url, access)
        for trouble, phrase in troubles:
            relay.troubles = {"/api/v1/divisions/TCIEL2/periodes/1": trouble}
            batch = scene.imported(ready, first, second)
            publish_period(second, 1, by=lycee.actor)

            lines = [scene.line_of(batch, division) for division in (first, second)]
            assert (lines[0].state, phrase in lines[1].reason) == ("fait", True), lines[1].reason
            service = Service.objects.get(division=second)
            assert scene.values(service) == {(1009, "note"): "12.00"}
    connect(lycee, suivi, access)


def connect(lycee: Lycee, address: str, access: MadeClient) -> None:
    """Bulletins asks there."""
    client = access.client.client_id
    save_connection(address, client, access.secret, now=timezone.now(), by=lycee.actor)


@pytest.mark.django_db(transaction=True)
def test_what_was_decided_in_suivi_is_what_the_bulletin_shows(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "PATIENT", remote.Patience(timeout=3, retries=0))
    lycee = found({"TCIEL1": len(PUPILS), "TCIEL2": 1})
    Enrolment.objects.filter(student__siecle_id=PUPILS[1]).update(status=APPRENTICE_STATUS)
    with_parts()
    lycee.open_entry(Level.TERMINALE)
    expected = decided(lycee)
    division = lycee.division("TCIEL1")
    publish_period(division, 1, by=lycee.actor)
    access = create_client("Bulletins", by=lycee.actor)
    connect(lycee, live_server.url, access)
    ready = Ready(lycee.year, lycee.actor, cpro=None)  # type: ignore[arg-type]

    pressed = repaired(lycee, division)
    batch = scene.imported(ready, division)

    line = scene.line_of(batch, division)
    assert (line.state, line.reason, line.report["constats"]) == ("fait", "", [])
    assert scene.values(Service.objects.get(pk=line.service_id)) == expected
    assert pressed[0] is Repair.SET_SECTOR
    assert Sector.objects.get(code=CIEL).grouping == Grouping.ELEMENT
    assert shown(lycee, division) == in_words(expected)

    again = scene.line_of(scene.imported(ready, division), division).report
    assert (again["crees"], again["modifies"], again["retires"]) == (0, 0, 0)

    take_period_back(division, 1, by=lycee.actor)
    hidden = scene.line_of(scene.imported(ready, division), division)
    assert "n’est pas publiée dans CPRO" in hidden.reason
    publish_period(division, 1, by=lycee.actor)
    troubled(ready, lycee, access, live_server.url)
    closed = scene.imported(ready, division)
    assert "refuse l’identifiant ou le secret" in closed.failure
    assert scene.values(Service.objects.get(pk=line.service_id)) == expected

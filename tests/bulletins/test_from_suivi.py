"""From Suivi to the bulletin over the real API: what the team decided, value by value."""

import random

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

import school_to_import as scene
from livretpro.bulletins.actions.connection import save_connection
from livretpro.bulletins.actions.repairs import Broken, repair
from livretpro.bulletins.models import Sector, Service
from livretpro.bulletins.prerequisites import Repair, State
from livretpro.bulletins.queries.contents import bulletins_of
from livretpro.bulletins.queries.facts import check_divisions
from livretpro.bulletins.queries.periods import mockups_of, periods_of
from livretpro.bulletins.remote import ask
from livretpro.bulletins.showing import shown_bulletin
from livretpro.bulletins.words import Grouping
from livretpro.livrets.actions import fill, publish_period, take_period_back
from livretpro.partners.actions import create_client, revoke_client
from livretpro.referentiels.models import Competence
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division
from lycee import CIEL, COMPETENCES, Lycee, found
from school_to_import import Ready, Values

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


def repaired(lycee: Lycee) -> list[Repair]:
    """Press the button of the first line that blocks or warns, until nothing is left to repair."""
    pressed: list[Repair] = []
    division = lycee.division("TCIEL1")
    while True:
        remote = ask(lycee.year)
        (checked,) = check_divisions(lycee.year, [division], 1, remote, by=lycee.actor)
        left = [line.repair for line in checked.lines if line.state is not State.OK]
        button = next((b for b in left if b and not b.leads), None)
        if button is None or len(pressed) > len(Repair):
            return pressed
        pressed.append(button)
        repair(Broken(division, 1, remote.of(division.code)), button, by=lycee.actor)


@pytest.mark.django_db(transaction=True)
def test_what_was_decided_in_suivi_is_what_the_bulletin_shows(live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": len(PUPILS)})
    with_parts()
    lycee.open_entry(Level.TERMINALE)
    expected = decided(lycee)
    division = lycee.division("TCIEL1")
    publish_period(division, 1, by=lycee.actor)
    access = create_client("Bulletins", by=lycee.actor)
    save_connection(
        live_server.url,
        access.client.client_id,
        access.secret,
        now=timezone.now(),
        by=lycee.actor,
    )
    ready = Ready(lycee.year, lycee.actor, cpro=None)  # type: ignore[arg-type]

    pressed = repaired(lycee)
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
    revoke_client(access.client, by=lycee.actor, now=timezone.now())
    closed = scene.imported(ready, division)
    assert "refuse l’identifiant ou le secret" in closed.failure
    assert scene.values(Service.objects.get(pk=line.service_id)) == expected

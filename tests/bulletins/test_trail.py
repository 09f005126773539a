"""What the journal says of the structure of the bulletins: each change, its place, both values."""

from datetime import date

import pytest

import bulletin_factories as made
import factories
from livretpro.bulletins.actions import frames, mockups, periods, services
from livretpro.bulletins.actions.publishing import publish
from livretpro.bulletins.models import Mockup, MockupAssignment, Service
from livretpro.bulletins.words import GENERIC_NAME
from livretpro.journal.models import Entry
from livretpro.schools.models import Division

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str, str, str]]:
    """Kind, key, field, before, after of every entry, oldest first."""
    rows = Entry.objects.order_by("pk").values_list(
        "kind", "key", "field", "values_kept__before", "values_kept__after"
    )
    return [tuple(text or "" for text in row) for row in rows]  # type: ignore[misc]


@pytest.fixture
def place() -> Division:
    return factories.division()


def test_a_line_of_a_frame_tells_its_code_and_its_label(place: Division) -> None:
    frame = made.frame("C1")
    line = frame.items.get()
    line.bulletin_label = "Avant"
    line.save()

    frames.set_items(frame, {line.pk: frames.ItemChoice("C2", "Après")}, by=factories.actor())

    assert told() == [
        ("referentiel_matiere", f"{frame.pk}", f"code CPRO de {line.label}", "C1", "C2"),
        (
            "referentiel_matiere",
            f"{frame.pk}",
            f"intitulé au bulletin de {line.label}",
            "Avant",
            "Après",
        ),
    ]


def test_the_day_of_giving_out_is_told_as_every_system_names_a_division(place: Division) -> None:
    day = date(2025, 12, 5)

    publish(place, made.period(), day, seen=None, now=made.NOW, by=factories.actor())

    field = "remise, 1er trimestre"
    assert told() == [("division", "2025:1MELEC", field, "", "05/12/2025")]


def test_a_period_is_told_with_its_year_and_its_division(place: Division) -> None:
    by = factories.actor()
    own, shared = made.period(of=place), made.period()

    periods.close_period(own, now=made.NOW, by=by)
    periods.close_period(shared, now=made.NOW, by=by)
    periods.reopen_period(own, by=by)

    field = "état, 1er trimestre"
    assert told() == [
        ("periodes", "2025:1MELEC", field, "ouverte", "clôturée"),
        ("periodes", "2025-2026", field, "ouverte", "clôturée"),
        ("periodes", "2025:1MELEC", field, "clôturée", "ouverte"),
    ]


def test_a_service_set_aside_is_put_back_by_the_repair_and_told_so(place: Division) -> None:
    held = made.service(into=place, label=GENERIC_NAME)
    Service.objects.update(active=False)

    again = services.create_vocational(place, by=factories.actor())

    assert (again.pk, Service.objects.get().active) == (held.pk, True)
    assert told() == [("service_bulletin", f"{held.pk}", "actif", "non", "oui")]


def test_the_options_that_a_mockup_lacked_are_told_one_by_one(place: Division) -> None:
    period, mockup = made.period(), made.mockup(shows_teacher_grade=False)
    made.assigned(place, period, mockup)

    assert mockups.add_options(place, period, by=factories.actor())

    assert told() == [("maquette", mockup.name, "note du professeur", "non", "oui")]


def test_a_mockup_that_groups_otherwise_since_is_not_handed_out(place: Division) -> None:
    by, first, second = factories.actor(), made.period(1), made.period(2)
    held = mockups.give_default(place, first, by=by)
    Mockup.objects.update(grouping="element", footer="Lycée des métiers")

    other = mockups.give_default(place, second, by=by)
    again = mockups.give_default(place, made.period(3), by=by)

    assert (other.name, other.grouping) == (f"{held.name} (2)", "competence")
    assert again == other
    made.sector_of(place)
    made.sector_of(factories.division("1LOG"), made.sector("40031116", grouping="element"))
    made.assigned(factories.division("1LOG"), first, held)
    copy = mockups.match_grouping(place, first, by=by)
    assert (copy.grouping, copy.footer) == ("competence", "Lycée des métiers")
    assert MockupAssignment.objects.get(division=place, period=first).mockup == copy
    Mockup.objects.filter(pk=copy.pk).update(grouping="element")
    made.assigned(place, second, held)
    assert mockups.match_grouping(place, second, by=by).grouping == "competence"

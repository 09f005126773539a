"""Two clicks at the same instant: one effect, no failure."""

import pytest

import bulletin_factories as make
import factories
from at_once import at_once, kinds
from livretpro.bulletins.actions.connection import save_connection
from livretpro.bulletins.actions.sectors import prefill_sectors
from livretpro.bulletins.models import CproConnection, Sector
from livretpro.referentiels.models import Diploma, Referentiel

pytestmark = pytest.mark.django_db(transaction=True)


def test_sectors_are_prefilled_and_a_connection_kept_once() -> None:
    by = factories.actor()
    held = Referentiel.objects.create(
        slug="melec", version=1, sigle="MELEC", complete=True, source={}
    )
    Diploma.objects.create(cfd=factories.CFD, label="MELEC", referentiel=held)

    filled = at_once(*[lambda: prefill_sectors(by=by)] * 4)
    kept = at_once(
        *[lambda: save_connection("https://suivi.example", "c", "s", now=make.NOW, by=by)] * 4
    )

    assert (kinds(filled), kinds(kept)) == (["list"] * 4, ["CproConnection"] * 4)
    assert (Sector.objects.count(), CproConnection.objects.count()) == (1, 1)

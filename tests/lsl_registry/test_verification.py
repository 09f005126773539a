"""Comparing a file with the records takes no more of the machine than reading any other."""

from dataclasses import replace

import pytest

import factories
import registry_factories as make
from livretpro.lsl_registry import verification
from livretpro.lsl_registry.models import Import
from livretpro.lsl_registry.verification import TooHeavy, compare

pytestmark = pytest.mark.django_db


@pytest.fixture
def received() -> Import:
    """A file of more than a mebibyte, which a child process reads."""
    make.room()
    comments = b"<!-- %s -->" % (b"x" * 50_000) * 22
    data = make.content(make.document()).replace(b"<donnees>", b"<donnees>" + comments)
    return make.received(data).received


def test_a_large_file_is_compared_as_any_other(received: Import) -> None:
    (row,) = compare(received, by=factories.actor())

    assert (row.line.eleve_id, row.differences) == (1001, ())
    assert row.count > 0


def test_a_file_that_takes_too_long_is_not_compared(
    received: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "BOUNDS", replace(verification.BOUNDS, seconds=0))

    with pytest.raises(TooHeavy):
        compare(received, by=factories.actor())

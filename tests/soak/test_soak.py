"""The scenarios of `make soak`, played a few times each on one instance."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from soak.instance import Instance, served_demo
from soak.measure import Task
from soak.scenarios import SCENARIOS, Scenario

SEED = 8


@pytest.fixture(scope="module")
def instance(demo_folder: Path) -> Iterator[Instance]:
    """The demo school, served."""
    with served_demo(made=demo_folder) as served:
        yield served


PLAYED = [scenario for scenario in SCENARIOS if scenario.small]


@pytest.mark.parametrize("scenario", PLAYED, ids=[scenario.name for scenario in PLAYED])
def test_nothing_is_lost_nor_doubled(instance: Instance, scenario: Scenario) -> None:
    measure = scenario.play(Task(instance, scenario.small, Random(SEED)))

    assert measure.faults == []

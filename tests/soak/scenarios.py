"""Every scenario, with its figure (spec 08)."""

from collections.abc import Callable
from dataclasses import dataclass

from soak import (
    attacks,
    backups,
    contract,
    imports_twice,
    kills,
    many_saves,
    no_database,
    registry,
    registry_alone,
    same_twice,
    sign_ins,
    two_people,
    two_systems,
    typed_text,
)
from soak.measure import Measure, Task


@dataclass(frozen=True)
class Scenario:
    """What is played, how many times by `make soak`, how many by `make test`: none where its tests
    play the same otherwise (a browser, a partner API in a thread or in this process,
    a backup, a full disk, a run of exports of an instance of their own)."""

    name: str
    play: Callable[[Task], Measure]
    full: int
    small: int


SCENARIOS = (
    Scenario("a1-two-people", two_people.play, 1000, 15),
    Scenario("a2-many-saves", many_saves.play, 2000, 40),
    Scenario("a3-same-twice", same_twice.play, 10, 1),
    Scenario("a4-kills-during-saves", kills.during_saves, 30, 1),
    Scenario("a4-kills-during-imports", kills.during_imports, 30, 1),
    Scenario("a4-kills-during-exports", kills.during_exports, 30, 1),
    Scenario("a4-kills-during-runs", kills.during_runs, 30, 0),
    Scenario("a4-kills-at-the-registry", registry.play, 30, 2),
    Scenario("a5-imports-twice", imports_twice.play, 20, 1),
    Scenario("a7-database-killed", no_database.killed, 10, 1),
    Scenario("a7-database-frozen", no_database.frozen, 5, 1),
    Scenario("a7-disk-full", no_database.full_disk, 5, 0),
    Scenario("a8-typed-text", typed_text.play, 30, 0),
    Scenario("sign-ins", sign_ins.many, 100, 10),
    Scenario("wrong-passwords", sign_ins.wrong, 1000, 40),
    Scenario("journal-attacks", attacks.play, 200, 8),
    Scenario("backups", backups.play, 5, 0),
    Scenario("partner-contract", contract.play, 100, 0),
    Scenario("two-systems", two_systems.play, 10, 0),
    Scenario("registry-alone", registry_alone.play, 6, 0),
)

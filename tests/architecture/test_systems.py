"""Each system starts alone: its own modules, its own tables, nothing of another (guide of
architecture: they meet by file and by HTTP only)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from livretpro.systems import APPS, System, UnknownSystem, served

SHARED = {"web_base", "phrases", "schools", "referentiels", "accounts", "journal"}
LOADED = """
import json, sys
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver
from livretpro.cli.main import parser
get_resolver().reverse_dict
parser()
call_command("check")
ours = [c.label for c in apps.get_app_configs() if c.name.startswith("livretpro")]
print(json.dumps({"modules": sorted(sys.modules), "apps": ours}))
"""


@pytest.mark.parametrize("system", System)
def test_a_system_alone_loads_nothing_of_another(system: System, tmp_path: Path) -> None:
    alone = {
        "DJANGO_SETTINGS_MODULE": "livretpro.settings",
        "LIVRETPRO_SERVICES": system,
        "LIVRETPRO_DATA": str(tmp_path),
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=kept | alone,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(told.stdout.splitlines()[-1])
    others = tuple(app for other in System if other != system for app in APPS[other])

    assert [name for name in found["modules"] if name.startswith(others)] == []
    assert set(found["apps"]) == SHARED | {_label(app) for app in APPS[system]}


def _label(app: str) -> str:
    return app.removeprefix("livretpro.").replace(".", "_")


def test_all_systems_are_served_when_nothing_is_said() -> None:
    assert (served(""), served(" Bulletins, suivi,registre")) == (tuple(System), tuple(System))


def test_an_unknown_system_is_told() -> None:
    with pytest.raises(UnknownSystem, match="nomme « pronote »"):
        served("suivi,pronote")

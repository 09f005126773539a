"""Where an instance listens, the names it accepts, the links it gives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from livretpro.addresses import hosts_of
from livretpro.supervisor import children_environment, web_command

DEPLOYMENT = """
import django
from django.core.management import call_command
django.setup()
call_command("check", "--deploy", "--fail-level", "WARNING")
"""


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://localhost:8000", "localhost,127.0.0.1"),
        ("https://livret.lycee.example/", "livret.lycee.example,localhost,127.0.0.1"),
    ],
)
def test_the_name_of_the_site_is_accepted_without_being_told_twice(url: str, hosts: str) -> None:
    assert hosts_of(url) == hosts


def test_the_web_listens_to_this_machine_alone_unless_asked() -> None:
    assert "127.0.0.1:8000" in web_command(8000)
    assert "0.0.0.0:8000" in web_command(8000, "0.0.0.0")  # noqa: S104


def test_links_bear_the_port_when_no_address_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIVRETPRO_URL", raising=False)
    without = children_environment(8123)["LIVRETPRO_URL"]
    monkeypatch.setenv("LIVRETPRO_URL", "https://livret.example")

    assert without == "http://localhost:8123"
    assert children_environment(8123)["LIVRETPRO_URL"] == "https://livret.example"


@pytest.mark.parametrize("address", [{}, {"LIVRETPRO_URL": "http://livret.example"}])
def test_a_public_site_without_its_address_in_https_is_refused(
    tmp_path: Path, address: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "livretpro.cli.main", "serve", "--public"],
        env={"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(tmp_path / "d"), **address},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.startswith("--public ouvre le site")) == (1, True)
    assert not (tmp_path / "d" / "pg").exists()


def test_the_settings_of_a_site_in_https_pass_the_check_of_deployment(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEPLOYMENT],
        env={
            "PATH": os.environ["PATH"],
            "LIVRETPRO_DATA": str(tmp_path),
            "LIVRETPRO_URL": "https://livret.example",
            "DJANGO_SETTINGS_MODULE": "livretpro.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (1 silenced)" in done.stdout


def test_probes_are_answered_without_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    client = Client()  # reads the settings at its first request

    statuses = [client.get(a).status_code for a in ("/sante/vivant", "/connexion/")]

    assert statuses == [200, 301]

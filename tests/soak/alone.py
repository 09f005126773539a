"""A system alone, on a database of its own, that knows the demo school by its SIECLE files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from livretpro.demo import siecle
from livretpro.demo.structure import CURRENT_YEAR, NAME, UAI
from soak.instance import Instance

BEGINNING, END = date(2025, 9, 11), date(2026, 6, 4)


@contextmanager
def alone(system: str) -> Iterator[Instance]:
    """An instance of this system, to be prepared, then started; stopped whatever happens."""
    with tempfile.TemporaryDirectory(prefix="livretpro-soak-") as folder:
        instance = Instance(Path(folder))
        instance.environment["LIVRETPRO_SERVICES"] = system
        instance.environment["DJANGO_SETTINGS_MODULE"] = "livretpro.settings"
        try:
            _import_school(instance, Path(folder))
            yield instance
        finally:
            instance.stop()


def _import_school(instance: Instance, folder: Path) -> None:
    """The structure and the pupils of the demo school, by the command line."""
    instance.command("referentiels", "load")
    instance.command("ecole", "create", "--uai", UAI, "--nom", NAME)
    deposits = (siecle.files(CURRENT_YEAR, on=BEGINNING), [siecle.eleves(CURRENT_YEAR, on=END)])
    for deposit in deposits:
        files = [folder / f"{rank}.xml" for rank in range(len(deposit))]
        for file, content in zip(files, deposit, strict=True):
            file.write_bytes(content)
        done = instance.command("siecle", "import", "--uai", UAI, "--apply", *files)
        assert done.returncode == 0, done.stderr + done.stdout

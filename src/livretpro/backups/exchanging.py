"""The last step of a restoration: database, anchors and keys change together, or none does.

They cannot change in one movement. A restoration therefore works in `restauration/`, under a lock,
with a mark that names its database beside; the transaction that exchanges the databases writes the
mark's token as a comment on the one that takes the place. Whoever finds the folder later knows by
the token whether to finish (`settle`) or to forget.
"""

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg import errors, sql

from livretpro.backups.filling import RestoreRefused, connected
from livretpro.durable import sync_folder, write_whole
from livretpro.embedded.cluster import locked
from livretpro.keys import private_folder

SWAPPED = ("ancres", "cles")
"""Folders of the instance that a restoration replaces, if it holds them."""


@dataclass(frozen=True)
class Mark:
    """A restoration under way: its token, the database it fills, the name that the present one
    takes before it is dropped, and the ending of the folders put aside."""

    token: str
    fresh: str
    former: str
    ending: str


def work_folder() -> Path:
    """Where a restoration works; exists outside one only when it was cut short."""
    return Path(settings.DATA_DIR / "restauration")


@contextmanager
def restoring(params: Mapping[str, Any], *, now: datetime) -> Iterator[Mark]:
    """Work alone in an empty `work_folder`; what was exchanged is finished at the end, what was
    not is forgotten. `params`: how the owner of the tables connects."""
    with _locked():
        _settle(params)
        mark = _begin(str(params["dbname"]), now)
        try:
            yield mark
        finally:
            _settle(params)


def settle(params: Mapping[str, Any]) -> bool:
    """Finish or forget a restoration that was cut short; says whether it was finished.

    Waits for one that is under way.
    """
    if not work_folder().exists():
        return False
    with _locked():
        return _settle(params)


@contextmanager
def _locked() -> Iterator[None]:
    with locked(private_folder(settings.DATA_DIR) / "restauration.verrou"):
        yield


def _begin(dbname: str, now: datetime) -> Mark:
    token = secrets.token_hex(8)
    mark = Mark(
        token=token,
        fresh=f"{dbname}_restauration_{token}",
        former=f"{dbname}_avant_{token}",
        ending=f"avant-{now:%Y%m%d-%H%M%S}",
    )
    private_folder(work_folder())
    write_whole(_mark_file(), json.dumps(asdict(mark)))
    return mark


def _mark_file() -> Path:
    return work_folder() / "marque.json"


def exchange(params: Mapping[str, Any], mark: Mark) -> None:
    """Give the fresh database the name of the present one and the token, in one transaction.

    Raises `RestoreRefused` when somebody came meanwhile.
    """
    for folder in (work_folder(), *work_folder().rglob("*")):
        sync_folder(folder)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    here, aside, new = map(sql.Identifier, (params["dbname"], mark.former, mark.fresh))
    told = sql.SQL("COMMENT ON DATABASE {} IS {}").format(here, sql.Literal(mark.token))
    try:
        with connected(params, "postgres") as server:
            server.execute(rename.format(here, aside))
            server.execute(rename.format(new, here))
            server.execute(told)
    except errors.ObjectInUse as error:
        raise RestoreRefused(
            "Quelqu’un s’est connecté à la base pendant la restauration : rien n’a été remplacé. "
            "Arrêtez LivretPro, puis recommencez."
        ) from error


def _settle(params: Mapping[str, Any]) -> bool:
    """Under the lock. Each step may be played twice; the mark goes last but for the rest of its
    folder, which says nothing any more."""
    done = False
    if _mark_file().exists():
        mark = Mark(**json.loads(_mark_file().read_text(encoding="utf-8")))
        done = _token(params) == mark.token
        if done:
            _swap_folders(mark)
        _drop(params, (mark.fresh, mark.former))
        _mark_file().unlink()
    shutil.rmtree(work_folder(), ignore_errors=True)
    return done


def _token(params: Mapping[str, Any]) -> str | None:
    """The comment on the present database."""
    with connected(params, "postgres") as server:
        found = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [params["dbname"]],
        ).fetchone()
    return found[0] if found else None


def _swap_folders(mark: Mark) -> None:
    """Put the folders of the backup in place; those that stood there are put aside."""
    for name in SWAPPED:
        fresh, own = work_folder() / name, settings.DATA_DIR / name
        if not fresh.exists():
            continue
        if own.exists():
            own.rename(_free(own, mark.ending))
        fresh.rename(own)
    sync_folder(settings.DATA_DIR)


def _free(own: Path, ending: str) -> Path:
    """A name that nothing bears: a restoration cut short here may have put one aside already."""
    place, count = own.with_name(f"{own.name}.{ending}"), 1
    while place.exists():
        count += 1
        place = own.with_name(f"{own.name}.{ending}-{count}")
    return place


def _drop(params: Mapping[str, Any], names: tuple[str, ...]) -> None:
    with connected(params, "postgres", autocommit=True) as server:
        for name in names:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))

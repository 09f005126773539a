"""The account PostgreSQL runs under: it refuses uid 0, and installations by root exist.

Started by an ordinary account, PostgreSQL runs under it. Started by root, in this order:

1. the account `nobody`, when it can reach the data folder and the programs;
2. a user namespace where root bears another number: nothing is opened nor given away;
3. where containers forbid namespaces, `nobody` with the one capability of passing the folders
   above, which stay closed to everyone else.

The owner of an existing data folder tells which one created it.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livretpro.embedded.binaries import environment, program
from livretpro.embedded.errors import RootRefusedError

ROOT = 0
OVERFLOW_ID = 65534  # nobody's usual number, also where the account does not exist

NAMESPACE = (
    "unshare",
    "--user",
    f"--map-user={OVERFLOW_ID}",
    f"--map-group={OVERFLOW_ID}",
    "setpriv",  # unshare loses the tie to the parent: tie again
    "--pdeathsig=INT",
)


@dataclass(frozen=True)
class Identity:
    """`uid` and `gid` own the files; `prefix` precedes each command; `switch` says that the
    process must take `uid` and `gid` before it runs."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    switch: bool = False

    def account(self) -> dict[str, Any]:
        """Arguments of `subprocess` that take this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `command` to its end, away from the current folder, and keep what it says."""
        return subprocess.run(  # noqa: S603 (our own command)
            [*self.prefix, *command],
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            **self.account(),
        )

    def can(self, *command: str | Path) -> bool:
        """Whether `command` succeeds under this identity: tried, not deduced from modes."""
        try:
            return self.run(*command).returncode == 0
        except OSError:
            return False


def identity_for(data: Path) -> Identity:
    """The identity that runs the cluster of `data`, which may not exist yet.

    Raises `RootRefusedError` when root finds no way.
    """
    if os.geteuid() != ROOT:
        return Identity(os.geteuid(), os.getegid())
    for candidate in _candidates(data):
        reaches_data = candidate.can("stat", f"{data.parent}/.")
        if reaches_data and candidate.can(program("postgres"), "--version"):
            return candidate
    raise RootRefusedError


def _candidates(data: Path) -> list[Identity]:
    """What root may try for `data`, in order."""
    namespace = Identity(ROOT, ROOT, prefix=NAMESPACE)
    if not data.exists():
        plain, capable = _accounts(*_nobody())
        return [plain, namespace, capable]
    owner = data.stat()
    return [namespace] if owner.st_uid == ROOT else _accounts(owner.st_uid, owner.st_gid)


def _nobody() -> tuple[int, int]:
    try:
        account = pwd.getpwnam("nobody")
    except KeyError:
        return OVERFLOW_ID, OVERFLOW_ID
    return account.pw_uid, account.pw_gid


def _accounts(uid: int, gid: int) -> list[Identity]:
    """The account alone, then the account allowed through the folders above the data."""
    passing = (
        "setpriv",
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--pdeathsig=INT",
    )
    return [Identity(uid, gid, switch=True), Identity(uid, gid, prefix=passing)]

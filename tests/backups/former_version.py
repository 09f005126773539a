"""An instance whose data folder was made by PostgreSQL 16, as a former LivretPro made it."""

from pathlib import Path

import psycopg

from backups.instance import APPLICATION, Instance
from livretpro.embedded import dsn, ensure_database
from livretpro.embedded.binaries import program
from livretpro.embedded.cluster import INITDB, own
from livretpro.embedded.identity import identity_for
from livretpro.embedded.upgrade import alone, serving

FORMER = 16
LIBC = tuple(option for option in INITDB if "builtin" not in option)  # a provider of PostgreSQL 17


def demo_under_16(folder: Path) -> Instance:
    """The demo school in a cluster of PostgreSQL 16."""
    instance = Instance(folder)
    folder.mkdir(mode=0o700)
    identity = identity_for(instance.cluster.data)
    own(instance.cluster.new, identity)
    made = identity.run(program("initdb", FORMER), *LIBC, "--pgdata", instance.cluster.new)
    assert made.returncode == 0, made.stderr
    instance.cluster.new.rename(instance.cluster.data)
    with (
        alone(instance.cluster) as lock,
        serving(instance.cluster, lock=lock, major=FORMER) as socket,
    ):
        ensure_database(socket, "livretpro")
        with psycopg.connect(dsn(socket, "postgres"), autocommit=True) as server:
            server.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        addresses = {
            "DATABASE_URL": dsn(socket, "livretpro", user=APPLICATION),
            "DATABASE_OWNER_URL": dsn(socket, "livretpro"),
        }
        done = instance.command("demo", "--no-serve", **addresses)
        assert done.returncode == 0, done.stderr
    return instance

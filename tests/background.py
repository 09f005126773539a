"""The background work, done by a real worker: in this process until nothing waits, or beside it."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from procrastinate.contrib.django import app

from livretpro.supervisor import embedded_url, worker_command

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "settings_test",
    "PYTHONPATH": str(Path(__file__).parent),
}
PATIENCE = 30  # seconds for a worker to finish what it does


def work() -> None:
    """Do all that waits; needs `transactional_db`, for the worker has its own connections."""
    kept = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = 0  # the worker's threads end with it
    try:
        with (
            app.replace_connector(app.connector.get_worker_connector()) as worker,
            ThreadPoolExecutor(1) as apart,  # a browser of the tests keeps this thread's loop
        ):
            options = {"wait": False, "install_signal_handlers": False, "listen_notify": False}
            apart.submit(worker.run_worker, **options).result()
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = kept


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """A worker in a process of its own, as `livretpro serve` runs it, on the tests' database."""
    process = subprocess.Popen(
        worker_command(),
        env=os.environ | SETTINGS | {"TEST_DATABASE_URL": _own_url()},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _own_url() -> str:
    """The address of this process's database, embedded or not."""
    embedded = embedded_url()
    if embedded:
        return embedded
    server = urlsplit(os.environ["TEST_DATABASE_URL"])
    return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()

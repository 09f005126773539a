"""What gunicorn reads at its start (`--config python:livretpro.web.gunicorn_conf`).

The application is loaded once, before the processes are made: one that is renewed answers at once,
and they share the memory of what they all hold.

Its own log repeats the address of a request that fails, and thus what people searched for: it takes
the formatters of the application. There is no access log.
"""

import gc

from livretpro.logs import from_environment

preload_app = True
accesslog = None
logconfig_dict = from_environment()
logconfig_dict["loggers"]["gunicorn.error"] = {
    "handlers": ["stderr"],
    "level": "INFO",
    "propagate": False,
}


def when_ready(_server: object) -> None:
    """Keep what is loaded out of every later collection: a collector that visits it copies it into
    each process. No connection is shared between processes, whatever was loaded."""
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()

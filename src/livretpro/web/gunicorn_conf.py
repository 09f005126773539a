"""What gunicorn reads at its start (`--config python:livretpro.web.gunicorn_conf`).

Its own log repeats the address of a request that fails, and thus what people searched for: it takes
the formatters of the application. There is no access log.
"""

from livretpro.logs import from_environment

accesslog = None
logconfig_dict = from_environment()
logconfig_dict["loggers"]["gunicorn.error"] = {
    "handlers": ["stderr"],
    "level": "INFO",
    "propagate": False,
}

"""Technical logs: what happened, where, for which request, for which request (spec 08, Journal).

A log is read by those who run the machine, copied and sent to others. It must hold no name and no
INE, so three sources of them are left out: the path of a request (its route is told instead), the
message of an exception (PostgreSQL repeats the values it refuses; the kind and the place are told
instead), and the words that other libraries put into their sentences.
"""

import errno
import json
import logging
import os
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from livretpro.journal import requests

OURS = "livretpro"
HIDDEN = "…"


def configuration(style: str) -> dict[str, Any]:
    """The logging of every process: to standard error, as lines, or as JSON when `style` says so.

    `LIVRETPRO_LOGS` gives the style; anything but `json` means lines.
    """
    formatter = "livretpro.logs.JsonLine" if style.lower() == "json" else "livretpro.logs.Line"
    handler = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "livretpro.logs.RequestId"}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": handler},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        # Django's own handlers send the whole request by mail.
        "loggers": {"django": {"handlers": [], "level": "WARNING"}},
    }


class RequestId(logging.Filter):
    """Adds `request_id` to every record: the reference of the request, `-` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = requests.request_id.get() or "-"
        return True


class Line(logging.Formatter):
    """A line for each record, then one for each exception and each place it went through."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (UTC), level, reference, logger, message."""
        reference = getattr(record, "request_id", "-")
        first = f"{_instant(record)} {record.levelname} {reference} {record.name} {message(record)}"
        return "\n".join([first, *_error_lines(record)])


class JsonLine(logging.Formatter):
    """A JSON object for each record, alone on its line."""

    def format(self, record: logging.LogRecord) -> str:
        """The same facts as `Line`, by name."""
        told = {
            "time": _instant(record),
            "level": record.levelname,
            "request": getattr(record, "request_id", "-"),
            "logger": record.name,
            "message": message(record),
            "error": list(_error_lines(record)),
        }
        return json.dumps(told, ensure_ascii=False)


def message(record: logging.LogRecord) -> str:
    """What a record says, without what people typed.

    Ours are written with care and stand as they are. Of others, the first line is kept, with
    numbers alone put into it; what Django says of a request repeats its path, and gives way to its
    method, its route and the status of the answer.
    """
    request = getattr(record, "request", None)
    if request is not None:
        return _of_request(record, request)
    if record.name.partition(".")[0] == OURS:
        return record.getMessage()
    return _masked(record)


def _of_request(record: logging.LogRecord, request: Any) -> str:
    """`POST ecole/<str:uai>/imports/ 500`; a route is text of ours, a path is not."""
    match = getattr(request, "resolver_match", None)
    route = match.route if match else HIDDEN
    method = request.method if request.method in METHODS else HIDDEN
    return f"{method} {route} {getattr(record, 'status_code', HIDDEN)}"


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class _Hidden:
    """Stands where a library would write a text."""

    def __repr__(self) -> str:
        return HIDDEN


def _masked(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    template = record.msg.partition("\n")[0]
    if not record.args:
        return template
    try:
        return str(template % _numbers_only(record.args))
    except (TypeError, ValueError, KeyError):
        return template


def _numbers_only(args: Any) -> Any:
    if isinstance(args, dict):
        return {name: _shown(value) for name, value in args.items()}
    return tuple(_shown(value) for value in args)


def _shown(value: object) -> object:
    return value if isinstance(value, (int, float)) else _Hidden()


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _error_lines(record: logging.LogRecord) -> Iterator[str]:
    """The exception of a record and those behind it: for each its kind, then its places."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        yield f"  {kind(error)}"
        for frame, line in traceback.walk_tb(error.__traceback__):
            yield f"    {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def kind(error: BaseException) -> str:
    """The class of an exception and its code: PostgreSQL's with the constraint, or the system's."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate:
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return " ".join(filter(None, (name, sqlstate, constraint)))
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} {errno.errorcode.get(error.errno, error.errno)}"
    return name


def from_environment() -> dict[str, Any]:
    """The configuration that `LIVRETPRO_LOGS` asks for."""
    return configuration(os.environ.get("LIVRETPRO_LOGS", ""))

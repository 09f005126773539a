"""The addresses under which browsers and probes reach an instance."""

from typing import Any
from urllib.parse import unquote, urlsplit

LOCAL = ("localhost", "127.0.0.1")


def hosts_of(url: str) -> str:
    """The names accepted when none are given: that of the site, and this machine's own."""
    host = urlsplit(url).hostname
    names = [host, *LOCAL] if host and host not in LOCAL else list(LOCAL)
    return ",".join(names)


def is_web_address(text: str) -> bool:
    """Whether something can be asked at this address of another, without a password in it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return web and port != 0 and not parts.username and " " not in text


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
MAIL_SECONDS = 20


class MailAddressError(ValueError):
    """The address of the server of mails is not one; it may hold a password: never repeated."""


def mail_settings(url: str) -> dict[str, Any]:
    """Django's settings of mail for `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`.

    No host at all without `url`. Raises `MailAddressError`.
    """
    if not url:
        return {"EMAIL_HOST": ""}
    parts = urlsplit(url)
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise MailAddressError("LIVRETPRO_SMTP doit être de la forme « smtp+tls://serveur:587 ».")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": MAIL_SECONDS,
    }

"""The addresses under which browsers and probes reach an instance."""

from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1")


def hosts_of(url: str) -> str:
    """The names accepted when none are given: that of the site, and this machine's own."""
    host = urlsplit(url).hostname
    names = [host, *LOCAL] if host and host not in LOCAL else list(LOCAL)
    return ",".join(names)

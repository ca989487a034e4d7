"""Where a Ray is: HOST:PORT, or ray://HOST:PORT for a client."""

import ipaddress
import re
from typing import NamedTuple

from wann.config.numbers import Bounds, parse_whole
from wann.errors import UserError, in_short

_CLIENT = "ray://"
_PORTS = Bounds(1, 65535)
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)", re.ASCII)
_LONGEST_HOST = 253


class Address(NamedTuple):
    """A host and a port at which a Ray listens."""

    host: str  # a name, or a number without brackets
    port: int


def parse_address(text: str, given_by: str = "--ray") -> Address:
    """Return host and port of an address.

    UserError, which names what the address was `given_by`, where it is none.
    """
    host, colon, port = text.removeprefix(_CLIENT).rpartition(":")
    try:
        if colon and _is_host(host):
            return Address(host.strip("[]"), parse_whole(port, _PORTS))
    except UserError:
        pass
    raise UserError(
        f"{given_by} takes HOST:PORT or ray://HOST:PORT with a port between {_PORTS.low} and "
        f"{_PORTS.high}, or nothing for this machine; got {in_short(text)} (a recipe stands before "
        "--ray)"
    )


def _is_host(text: str) -> bool:
    """Return whether a text is a name or a number that a machine can have."""
    if ":" in text:
        try:
            ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True
    names = text.removesuffix(".").split(".")
    return len(text) <= _LONGEST_HOST and all(_NAME.fullmatch(name) for name in names)

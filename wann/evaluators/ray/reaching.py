"""Whether something like Ray listens at an address."""

import os
import socket

from wann.errors import UserError
from wann.evaluators.ray.address import parse_address

_CONNECT_SECONDS = 5.0
# What begins a gRPC connection: HTTP/2's preface and an empty frame of settings, answered by one of
# the other side's.
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_SETTINGS = b"\x04"


def check_reachable(address: str, given_by: str = "--ray") -> None:
    """Raise UserError unless `address` is an address, and something like Ray listens there.

    Ray itself would try for a minute. `given_by` is what the error names as the address's origin.
    """
    where = parse_address(address, given_by)
    try:
        with socket.create_connection(where, timeout=_CONNECT_SECONDS) as connection:
            if os.environ.get("RAY_USE_TLS") != "1":  # else it would have to be greeted in cipher
                _greet(connection)
    except OSError as problem:
        raise UserError(
            f"no Ray at {address}: {problem.strerror or problem}; start it there with "
            "`ray start --head`, and check the port (6379, or 10001 for ray://) and the firewall"
        ) from None


def _greet(connection: socket.socket) -> None:
    """Raise OSError unless the other side answers as gRPC does."""
    connection.sendall(_GREETING)
    answer = b""
    while len(answer) < 4 and (more := connection.recv(4 - len(answer))):
        answer += more
    if answer[3:] != _SETTINGS:
        raise OSError("what listens there is not Ray")

import pytest

from wann.errors import UserError
from wann.evaluators.ray.address import parse_address

READ = {
    "127.0.0.1:6379": ("127.0.0.1", 6379),
    "head:65535": ("head", 65535),
    "ray://head.cluster.example.:10001": ("head.cluster.example.", 10001),
    "[::1]:6379": ("::1", 6379),
    "::1:6379": ("::1", 6379),
    "my_head-1:1": ("my_head-1", 1),
}
REFUSED = [
    "",
    ":",
    "head",
    "head:",
    ":6379",
    "head:0",
    "head:65536",
    "head:²",
    "head:٣٣",
    "head:-1",
    "head:1_0",
    "head:" + "9" * 5000,
    "head:6379/path",
    "http://head:6379",
    "ray://ray://head:1",
    "RAY://head:1",
    "user@head:1",
    "he ad:1",
    "head\n:1",
    "head\0:1",
    "a" * 64 + ".example:1",
    "a..b:1",
    "-head:1",
    "é:1",
    "\N{SNOWMAN}:1",
    "\udcff:1",
    "a." * 127 + "a:1",
    "[::1:6379]",
    "[::g]:1",
    "a:b:1",
]


@pytest.mark.parametrize("text", READ)
def test_hosts_and_ports(text: str) -> None:
    assert parse_address(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_address_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UserError, match="RAY_ADDRESS takes HOST:PORT") as raised:
        parse_address(text, "RAY_ADDRESS")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400

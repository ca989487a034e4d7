"""Plain `--ray` joins a Ray that runs already only if it is this user's."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wann.evaluators.ray import own_ray
from wann.evaluators.ray.cluster import Cluster, _where
from wann.evaluators.ray.own_ray import running_here

NOBODY = 65534
# Answers as gRPC does, as another user where one is given.
LISTEN = """
import os, socket, sys
if len(sys.argv) > 1:
    os.setuid(int(sys.argv[1]))
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    connection.sendall(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
"""
NEEDS_ROOT = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be another user as well"
)


@pytest.fixture
def listeners() -> Iterator[list["subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for one in started:
        one.kill()
        one.communicate()


@pytest.fixture
def noted(
    tmp_path: Path,
    listeners: list["subprocess.Popen[str]"],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Path:
    """The folder in which Ray notes where it runs; what answers there may be another user's."""
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    user = [str(NOBODY)] if getattr(request, "param", "") == "another" else []
    command = [sys.executable, "-c", LISTEN, *user]
    listeners.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    assert listeners[0].stdout
    port = listeners[0].stdout.readline().strip()
    folder = tmp_path / "ray"
    (folder / "session_1").mkdir(parents=True)
    (folder / "session_latest").symlink_to("session_1")
    (folder / "ray_current_cluster").write_text(f"127.0.0.1:{port}")
    return folder


def test_the_users_own_ray_is_joined(noted: Path) -> None:
    address = (noted / "ray_current_cluster").read_text()
    assert running_here() == address
    assert _where(Cluster()) == address


@NEEDS_ROOT
@pytest.mark.parametrize("theirs", ["ray_current_cluster", "session_latest", "session_1"])
def test_a_ray_with_files_of_another_user_is_not(noted: Path, theirs: str) -> None:
    os.chown(noted / theirs, NOBODY, NOBODY, follow_symlinks=False)
    assert running_here() is None
    assert _where(Cluster()) == "local"


@NEEDS_ROOT
@pytest.mark.parametrize("noted", ["another"], indirect=True)
def test_a_stale_note_does_not_lead_to_another_users_ray(noted: Path) -> None:
    assert running_here() is None


@pytest.mark.parametrize("content", [b"127.0.0.1:1", b"nonsense", b"\xff", b""])
def test_a_note_that_leads_nowhere_is_left_alone(noted: Path, content: bytes) -> None:
    (noted / "ray_current_cluster").write_bytes(content)
    assert running_here() is None


def test_an_address_that_the_user_names_is_taken(
    noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as own:
        monkeypatch.setattr("wann.evaluators.ray.cluster.check_reachable", lambda *given: None)
        named = f"127.0.0.1:{own.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", named)
        assert _where(Cluster()) == named
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    assert _where(Cluster()) == own_ray.running_here()

"""Which Ray is found, and what is said where there is none."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ray_toys import environment_without_ray

from wann.cli.main import main
from wann.errors import UserError
from wann.evaluators.ray.cluster import Cluster, connect, disconnect
from wann.evaluators.ray.reaching import check_reachable

pytest.importorskip("ray")

LOCAL_TWICE = """
import os
from wann.evaluators.ray.cluster import Cluster, connect, disconnect
for _ in range(2):
    ray = connect(Cluster("local", workers=1))
    assert ray.get(ray.remote(lambda: 1).remote()) == 1
    assert os.environ["RAY_AUTH_TOKEN"]
    disconnect()
    assert not {"RAY_AUTH_TOKEN", "RAY_AUTH_MODE"} & os.environ.keys()
"""


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "127.0.0.1:1",
            r"no Ray at 127.0.0.1:1: Connection refused; start it there with `ray start --head`",
        ),
        ("ray://127.0.0.1:1", r"no Ray at ray://127.0.0.1:1: Connection refused"),
        ("nowhere.invalid:6379", r"no Ray at nowhere.invalid:6379: "),
        (
            "swingup",
            r"--ray takes HOST:PORT or ray://HOST:PORT.* got 'swingup' \(a recipe stands before "
            r"--ray\)",
        ),
        ("127.0.0.1:99999", r"--ray takes HOST:PORT"),
    ],
)
def test_an_address_where_nothing_is(
    address: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UserError, match=message):
        check_reachable(address)
    assert main(["search", "swingup", "--ray", address, "--out", str(tmp_path / "run")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_something_that_listens_but_is_not_ray(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wann.evaluators.ray.reaching._CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(answer)
                connection.recv(1000)
                time.sleep(1.0)

        serving = threading.Thread(target=serve)
        serving.start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(
            UserError, match=f"no Ray at {address}: (timed out|what listens there is not Ray)"
        ):
            check_reachable(address)
        serving.join()


def test_an_answer_in_parts_and_one_in_cipher(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for parts in ((b"\0\0", b"\0\4"), ()):
                connection, _ = server.accept()
                with connection:
                    for part in parts:
                        connection.sendall(part)
                        time.sleep(0.1)
                    assert connection.recv(1000) or not parts, (
                        "nothing is sent to one that speaks in cipher"
                    )

        serving = threading.Thread(target=serve)
        serving.start()
        check_reachable(f"127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("RAY_USE_TLS", "1")
        check_reachable(f"127.0.0.1:{server.getsockname()[1]}")
        serving.join()


def test_the_token_of_a_local_ray_leaves_with_it() -> None:
    environment = environment_without_ray()
    subprocess.run([sys.executable, "-c", LOCAL_TWICE], env=environment, check=True)


@pytest.mark.parametrize(
    ("address", "failures", "tries"),
    [("ray://127.0.0.1:1", 2, 3), ("ray://127.0.0.1:1", 9, 3), ("127.0.0.1:1", 1, 1)],
)
def test_a_client_tries_three_times(
    address: str, failures: int, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy head does not start the server of a client in time, and does so at the next try."""
    import ray

    tried: list[str] = []

    def init(address: str, **how: object) -> None:
        tried.append(address)
        if len(tried) <= failures:
            raise ConnectionError("Starting Ray client server failed.")

    monkeypatch.setattr("wann.evaluators.ray.cluster.check_reachable", lambda *given: None)
    monkeypatch.setattr(ray, "init", init)
    if failures < tries:
        connect(Cluster(address))
        disconnect()
    else:
        with pytest.raises(UserError, match=r"no Ray at .*: ConnectionError: Starting Ray client"):
            connect(Cluster(address))
    assert tried == [address] * tries

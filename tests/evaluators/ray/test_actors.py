"""Real clusters of real processes on this machine: what is killed here is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genome_toys import grow
from numpy.typing import NDArray
from places import TOYS

from wann.cli.main import main
from wann.config import make_config
from wann.errors import UserError
from wann.evaluators.base import Evaluation
from wann.evaluators.ray import actors as crews
from wann.evaluators.ray.actors import RayCrew, RayEvaluator
from wann.evaluators.ray.cluster import Cluster, check_reachable, connect, disconnect
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth
from wann.experiments.growing.growth import grow as grow_all
from wann.jobs.local import Outcome
from wann.jobs.ray import run_tasks
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.runs.filenames import COMPLETIONS
from wann.runs.rundir import RunDir
from wann.tasks.base import Task
from wann.tasks.registry import make_task

ray = pytest.importorskip("ray")

WEIGHTS = Weightings.shared([-2.0, -0.5, 1.0])
SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 400}'
TOY = "gym:gym_toys:toys/Toy-v0"
# A machine that is gone is noticed after a second, not after fifteen.
IMPATIENT = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 2,
}
ENVIRONMENT = {
    "RAY_AUTH_MODE": "disabled",
    "RAY_worker_niceness": "0",  # else workers starve beside other tests
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "PYTHONPATH": os.pathsep.join(filter(None, [str(TOYS), os.environ.get("PYTHONPATH", "")])),
}


class Machines:
    """A cluster whose machines are processes of this one, one core each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 1,
                "include_dashboard": False,
                **self.size,
                "_system_config": IMPATIENT,
            },
        )
        self.address: str = self.cluster.address

    size: dict[str, int] = {"object_store_memory": 100 * 2**20}  # noqa: RUF012

    def add(self) -> Any:
        return self.cluster.add_node(num_cpus=1, **self.size)

    def remove(self, node: Any) -> None:
        """Pull the plug."""
        self.cluster.remove_node(node, allow_graceful=False)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    started = Machines()
    yield started
    started.cluster.shutdown()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def second(machines: Machines) -> Any:
    return machines.add()


@pytest.fixture(scope="module")
def evaluator(machines: Machines, second: Any) -> Iterator[RayEvaluator]:
    with RayEvaluator(Cluster(machines.address)) as started:
        yield started


def networks(task: Task, count: int) -> list[Network]:
    some = [
        compile_genome(grow(seed, 10 + 3 * (seed % 9), task.inputs, task.outputs))
        for seed in range(count)
    ]
    return [*some, some[0]]


def serial(task: Task, some: list[Network], drawn: NDArray[Any]) -> Evaluation:
    with ThreadEvaluator(1) as threads:
        return threads.evaluate(task, some, WEIGHTS, drawn)


def same(one: Evaluation, other: Evaluation) -> bool:
    return (
        one.returns.tobytes() == other.returns.tobytes()
        and one.steps.tolist() == other.steps.tolist()
    )


def crew(evaluator: RayEvaluator) -> RayCrew:
    assert isinstance(evaluator.crew, RayCrew)
    return evaluator.crew


def pids(evaluator: RayEvaluator) -> dict[int, int]:
    actors = crew(evaluator).actors
    hellos = ray.get([actor.hello.remote() for actor in actors.values()], timeout=60)
    return {number: int(hello["process"]) for number, hello in zip(actors, hellos, strict=True)}


def until(evaluator: RayEvaluator, condition: Callable[[], bool]) -> None:
    """Go on evaluating until the crew is as it should be."""
    task, deadline = make_task(SIMULATOR), time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, (
            f"{evaluator.crew.planned} planned, {crew(evaluator).ready} there"
        )
        evaluator.evaluate(task, networks(task, 8), WEIGHTS, np.arange(4))


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wann", *map(str, arguments)]


TINY = (
    "--population",
    "24",
    "--generations",
    "6",
    "--episodes",
    "2",
    "--confirm-episodes",
    "3",
    "--threads",
    "2",
)
CARTPOLE = ("--env", "CartPole-v1", "--backend", "gymnasium", "--max-steps", "100", *TINY)


@pytest.mark.parametrize(
    "what", [("swingup-quick", *TINY), CARTPOLE], ids=["compiled", "simulator"]
)
def test_a_search_whose_driver_is_killed_ends_as_the_undisturbed_one(
    machines: Machines,
    second: Any,
    tmp_path: Path,
    what: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["search", *what, "--out", str(tmp_path / "serial"), "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)["digest"]
    run = tmp_path / "ray"
    driver = subprocess.Popen(
        command(
            "search", *what, "--generations", "100000", "--out", run, "--ray", machines.address
        ),
        stderr=subprocess.DEVNULL,
    )
    rows, deadline = run / "generations.jsonl", time.monotonic() + 60
    while not (rows.exists() and len(rows.read_bytes().splitlines()) >= 3):
        assert driver.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    settings = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps({**settings, "generations": 6}))
    finished = subprocess.run(
        command("resume", run, "--ray", machines.address, "--json"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["digest"] == expected


def test_the_ray_of_this_machine_is_started_and_needs_no_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own: nothing is printed but the result, and nothing is left running."""
    environment = {
        **os.environ,
        "RAY_TMPDIR": str(short_folder()),
        "PYTHONPATH": ENVIRONMENT["PYTHONPATH"],
    }
    what = ("search", "--env", TOY.removeprefix("gym:"), "--max-steps", "20", *TINY, "--json")
    assert main([*what, "--out", str(tmp_path / "serial")]) == 0
    expected = json.loads(capsys.readouterr().out)["digest"]
    for name in ("RAY_AUTH_MODE", "RAY_ADDRESS"):
        environment.pop(name, None)
    finished = subprocess.run(
        command(*what, "--ray", "--out", tmp_path / "ray"),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["digest"] == expected
    assert all(line.startswith("generation ") for line in finished.stderr.splitlines()), (
        finished.stderr
    )


def test_ctrl_c_in_a_terminal_ends_an_own_ray_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole process group is interrupted, what was done is kept, and threads go on with it to the same bytes."""
    what = ("search", "swingup-quick", *TINY, "--islands", "2", "--migrate-every", "2")
    environment = {
        **os.environ,
        "RAY_TMPDIR": str(short_folder()),
        "PYTHONPATH": ENVIRONMENT["PYTHONPATH"],
    }
    for name in ("RAY_AUTH_MODE", "RAY_ADDRESS"):
        environment.pop(name, None)
    run = tmp_path / "ray"
    asked = ("--ray", "--threads", "1", "--cpus-per-worker", "2", "--memory-per-worker", "200M")
    driver = subprocess.Popen(
        command(*what, "--generations", "100000", "--out", run, *asked),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    rows, deadline = run / "generations.jsonl", time.monotonic() + 60
    while not (rows.exists() and len(rows.read_bytes().splitlines()) >= 3):
        assert driver.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(driver.pid, signal.SIGINT)
    out, err = driver.communicate(timeout=60)
    assert driver.returncode == 0, err
    assert f"continue with `wann resume {run}`" in out
    assert "Traceback" not in err
    settings = json.loads((run / "config.json").read_text())
    done = len(rows.read_bytes().splitlines())
    (run / "config.json").write_text(json.dumps({**settings, "generations": done + 3}))
    assert main(["resume", str(run), "--json"]) == 0
    resumed = json.loads(capsys.readouterr().out)["digest"]
    assert (
        main([*what, "--generations", str(done + 3), "--out", str(tmp_path / "whole"), "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["digest"] == resumed


def short_folder() -> Path:
    """Ray's sockets are below it, whose paths are limited to 107 characters."""
    return Path(tempfile.mkdtemp(prefix="wann-"))


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
    monkeypatch.setattr("wann.evaluators.ray.cluster._CONNECT_SECONDS", 0.5)
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


def test_the_token_of_a_local_ray_leaves_with_it() -> None:
    environment = {**os.environ, "RAY_TMPDIR": str(short_folder())}
    for name in ("RAY_AUTH_MODE", "RAY_ADDRESS"):
        environment.pop(name, None)
    subprocess.run([sys.executable, "-c", LOCAL_TWICE], env=environment, check=True)


def add(both: tuple[int, int]) -> int:
    a, b = both
    if b < 0:
        raise ValueError("no\nnegative numbers")
    return a + b


def die_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def test_tasks_end_in_any_order_and_faults_stay_their_own(
    machines: Machines, second: Any, tmp_path: Path
) -> None:
    connect(Cluster(machines.address))
    try:
        with RayEvaluator(Cluster(machines.address, workers=1)):
            pass
        assert ray.is_initialized(), "who found a connection leaves it"
        found = dict(run_tasks(add, [(1, 2), (3, -1), (5, 6)]))
        assert found[0] == Outcome(3)
        assert found[2] == Outcome(11)
        assert str(found[1].problem).startswith("ValueError: no negative numbers (test_actors.py")
        assert list(run_tasks(die_once, [str(tmp_path / "mark")], retries=1)) == [
            (0, Outcome("alive"))
        ]
        (tmp_path / "mark").unlink()
        ((_, outcome),) = run_tasks(die_once, [str(tmp_path / "mark")])
        assert outcome.problem
        assert "WorkerCrashedError" in outcome.problem
    finally:
        disconnect()
    assert not ray.is_initialized()


# ---- an evaluator of several rounds: from here on, it has all cores of the cluster


@pytest.mark.parametrize(("count", "episodes"), [(7, 3), (1, 70)])
@pytest.mark.parametrize("spec", ["swingup", SIMULATOR, "digits"])
def test_two_machines_give_the_bytes_of_one_thread(
    evaluator: RayEvaluator, spec: str, count: int, episodes: int
) -> None:
    task = make_task(spec)
    some, drawn = networks(task, count), task.draw_episodes(episodes, np.random.default_rng(0))
    expected = serial(task, some, drawn)
    for _ in range(2):
        assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)


def disturbed(evaluator: RayEvaluator, spec: str, disturb: Callable[[], object]) -> None:
    """Evaluate again and again, `disturb` in the middle of it, and compare every time."""
    task = make_task(spec)
    some, drawn = networks(task, 60), task.draw_episodes(8, np.random.default_rng(0))
    expected = serial(task, some, drawn)
    shot = threading.Timer(0.15, disturb)
    shot.start()
    rounds, until = 0, time.monotonic() + 60
    while (shot.is_alive() or rounds < 3) and time.monotonic() < until:
        assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)
        rounds += 1


@pytest.fixture
def verdicts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each worker lost, whether it was taken to have gone with its machine."""
    found, real = list[bool](), RayCrew._is_machine_gone
    monkeypatch.setattr(
        RayCrew, "_is_machine_gone", lambda self, why: found.append(real(self, why)) or found[-1]
    )
    return found


@pytest.mark.parametrize("spec", ["swingup", SIMULATOR])
def test_a_worker_that_is_killed_costs_nothing_but_time(
    evaluator: RayEvaluator, spec: str, verdicts: list[bool]
) -> None:
    task = make_task(spec)
    evaluator.evaluate(
        task, networks(task, 2), WEIGHTS, task.draw_episodes(2, np.random.default_rng(0))
    )
    number, victim = next(iter(pids(evaluator).items()))
    disturbed(evaluator, spec, lambda: os.kill(victim, signal.SIGKILL))
    until(evaluator, lambda: number not in crew(evaluator).actors)
    until(evaluator, lambda: len(crew(evaluator).ready) == 2)  # another takes its place
    assert victim not in pids(evaluator).values()
    assert verdicts == [False]


def test_an_environment_that_kills_its_process_is_isolated(evaluator: RayEvaluator) -> None:
    toy = TOY + ' {"kwargs": {"fault": "%s at 5"}, "on_error": "worst"}'
    task, tame = make_task(toy % "killed"), make_task(toy % "raise")
    some, drawn, told = networks(task, 3), np.array([1, 3]), list[str]()
    expected = serial(tame, some, drawn).returns
    failed = np.isnan(expected).any(axis=(1, 2))
    assert 0 < failed.sum() < len(some), "the toys differ"
    evaluator.tell = told.append
    returns = evaluator.evaluate(task, some, WEIGHTS, drawn).returns
    assert np.isnan(returns[failed]).all()
    assert returns[~failed].tobytes() == expected[~failed].tobytes()
    assert len(told) == len({some[i].source.tobytes() for i in np.flatnonzero(failed)})
    assert all("workers died of one network" in line for line in told)


def test_a_machine_that_is_removed_and_one_that_joins(
    machines: Machines, evaluator: RayEvaluator, second: Any, verdicts: list[bool]
) -> None:
    disturbed(evaluator, SIMULATOR, lambda: machines.remove(second))
    until(evaluator, lambda: crew(evaluator).planned == len(crew(evaluator).ready) == 1)
    assert verdicts
    assert all(verdicts)
    machines.add()
    until(evaluator, lambda: crew(evaluator).planned == len(crew(evaluator).ready) == 2)


def test_an_asynchronous_search_is_repeated_by_its_record(
    evaluator: RayEvaluator, tmp_path: Path
) -> None:
    settings = {
        "task": "gym:CartPole-v1",
        "asynchronous": True,
        "population": 48,
        "generations": 6,
        "episodes": 2,
    }
    config = make_config({**settings, "confirm_episodes": 20})
    with RunDir.create(tmp_path / "ray", config) as run:
        first = Growth(config, evaluator, run)
        list(grow_all(first))
        digest = first.finish()["digest"]
    with RunDir.create(tmp_path / "threads", config) as run, ThreadEvaluator(2) as threads:
        run.write_text(COMPLETIONS, (tmp_path / "ray" / COMPLETIONS).read_text())
        again = Growth(config, threads, run)
        list(grow_all(again))
        assert again.finish()["digest"] == digest
    names = ("generations.jsonl", "champion.json", "front.json", COMPLETIONS)
    assert all(
        (tmp_path / "ray" / n).read_bytes() == (tmp_path / "threads" / n).read_bytes()
        for n in names
    )


def test_a_machine_of_other_versions_is_left_out(
    machines: Machines, evaluator: RayEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two machines, one says that it is another: what the first hello of a new worker says is changed on its way."""
    real, told, there = crews._difference, list[str](), set(crew(evaluator).ready)
    new = machines.add()
    theirs = new.node_id
    monkeypatch.setattr(
        crews, "_difference", lambda a: "numpy 0 instead of 1" if a["node"] == theirs else real(a)
    )
    evaluator.tell = told.append
    until(evaluator, lambda: bool(told))
    until(evaluator, lambda: crew(evaluator).planned == len(crew(evaluator).ready) == len(there))
    (line,) = told
    assert line.startswith("a worker has numpy 0 instead of 1: install the same on all machines")
    assert line.endswith("; its machine is left out")
    machines.remove(new)


def test_where_all_machines_are_of_other_versions_nothing_is_scored(
    machines: Machines, evaluator: RayEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator.close()  # the last test of it
    monkeypatch.setattr(crews, "_difference", lambda there: "numpy 0 instead of 1")
    task = make_task(SIMULATOR)
    with (
        RayEvaluator(Cluster(machines.address), lambda line: None) as other,
        pytest.raises(UserError, match="a worker has numpy 0 instead of 1: install the same"),
    ):
        other.evaluate(task, networks(task, 2), WEIGHTS, np.arange(2))

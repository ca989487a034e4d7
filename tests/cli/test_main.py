import dataclasses
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from command_toys import wann

from wann.cli.main import main
from wann.config import TuneConfig

TINY = ("--population", "24", "--generations", "6", "--confirm-episodes", "4", "--threads", "1")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "run"
    done = wann("search", "swingup-quick", *TINY, "--out", path, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    for key in ("run", "generations", "env_steps", "seconds", "champion", "connections", "digest"):
        assert key in summary
    assert Path(summary["champion"]).is_file()
    assert "generation 6/6" in done.stderr
    return path


def test_a_run_holds_its_pictures(run: Path) -> None:
    for name in ("champion.png", "learning_curve.png", "profile.png", "front.png"):
        assert (run / "figures" / name).stat().st_size > 5000


def test_evaluate_reports_what_it_says(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run), "--episodes", "5", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {"connections", "hidden", "training_weights", "random_shared", "profile"} <= set(result)
    for key in ("training_weights", "random_shared"):
        assert {"mean", "sd", "sd_over", "n"} == set(result[key])
    assert (result["training_weights"]["n"], result["random_shared"]["n"]) == (30, 50)
    assert [len(pair) for pair in result["profile"]] == [2] * 41
    assert main(["evaluate", str(run), "--episodes", "5"]) == 0
    assert "six shared weights" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "fragment"), [("json", '"format"'), ("out", "nan"), ("python", "def act(")]
)
def test_export_then_evaluate(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str, fragment: str
) -> None:
    file = tmp_path / f"network.{to}"
    assert main(["export", str(run), "--to", to, "--out", str(file)]) == 0
    assert fragment in file.read_text() or to == "out"
    assert main(["export", str(run), "--to", to, "--out", str(file)]) == 2  # never overwritten
    capsys.readouterr()
    if to != "python":
        scores = []
        for network in (run, file):
            assert main(["evaluate", str(network), "--episodes", "3", "--json"]) == 0
            scores.append(json.loads(capsys.readouterr().out)["training_weights"])
        assert scores[0]["mean"] == pytest.approx(scores[1]["mean"], abs=1e-6)


def test_render_of_a_run_and_of_a_file(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(run), "--out", str(tmp_path / "a")]) == 0
    assert main(["render", str(run / "champion.json"), "--out", str(tmp_path / "b")]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert all(path.stat().st_size > 1000 for path in written)
    assert {"champion.png", "profile.png", "episode.gif"} <= {path.name for path in written}


def test_recipes_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "--json"]) == 0
    assert "swingup" in json.loads(capsys.readouterr().out)
    for command in ("search", "sweep", "resume", "evaluate", "tune", "render", "export", "recipes"):
        with pytest.raises(SystemExit) as left:
            main([command, "--help"])
        assert left.value.code == 0
    text = wann("search", "--help").stdout
    assert "(default: 1024)" in text
    assert "(default: 10.0)" in text  # --checkpoint-seconds, which is no setting
    assert "(default: None)" not in text


def test_tune_has_a_flag_with_its_default_for_each_setting() -> None:
    text = wann("tune", "--help", env={**os.environ, "COLUMNS": "400"}).stdout
    lines = {line.split()[0]: line for line in text.splitlines() if line.lstrip().startswith("--")}
    for entry in dataclasses.fields(TuneConfig):
        shown = entry.metadata["shown"]
        line = lines["--" + entry.name.replace("_", "-")]
        assert entry.metadata["help"] in line
        assert ("default" in line) == (shown != "")
        if shown != "":
            assert f"(default: {entry.default if shown is None else shown})" in line


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m wann recipes | true",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from wann.cli.commands import make_parser; make_parser(); "
        "print([m for m in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("numpy", "numba", "matplotlib", "gymnasium", "ray", "rich", "torch"):
        assert f"'{heavy}'" not in loaded


MISTAKES = [
    (["search", "swingupp"], "did you mean 'swingup'"),
    (["search"], "recipe"),
    ([], "expected a command: search, sweep, "),
    (["serch", "swingup"], "unknown command 'serch': did you mean 'search'? expected one of "),
    (["help", "serch"], "unknown command 'serch': did you mean 'search'?"),
    (["search", "swingup", "extra"], "unexpected argument 'extra' (see: wann search --help)"),
    (["search", "swingup", "-q"], "unknown argument '-q' (see: wann search --help)"),
    (["search", "swingup", "--weights", "-1,1"], "follows a =, as in --weights=-1,1"),
    (["sweep", "swingup", "--seeds", "0", "--grid", "popul=1"], "did you mean 'population'?"),
    (["search", "swingup", "--populaton", "3"], "did you mean --population"),
    (
        ["search", "swingup", "--population", "x"],
        "expected a whole number between 2 and 1,000,000, got 'x'",
    ),
    (["search", "swingup", "--population", "1"], "expected a whole number between 2"),
    (["search", "swingup", "--ranking", "best"], "unknown ranking 'best'"),
    (["search", "swingup", "--weights=1,x"], "expected a number"),
    (["search", "swingup", "--threads", "0"], "between 1 and 10,000"),
    (["search", "swingup", "--seed", "-1"], "expected a whole number between 0"),
    (["search", "nowhere.toml"], "cannot be read"),
    (["search", "swingup", "--task", "swimming"], "unknown task 'swimming'"),
    (["search", "swingup", "--islands", "3"], "got 1024 for 3 islands"),
    (
        ["search", "swingup", "--islands", "4", "--asynchronous"],
        "leave out asynchronous, or islands",
    ),
    (["search", "swingup", "--completions", "record"], "--completions needs --asynchronous"),
    (
        ["search", "swingup", "--asynchronous", "--completions", "nowhere"],
        "nowhere cannot be read (No such file",
    ),
    (["search", "swingup", "--out", "/dev/null/run"], "Not a directory"),
    (["search", "swingup", "--out", "/sys/kernel/run"], "/sys/kernel/run"),
    (["resume", "nowhere"], "is not a run"),
    (["evaluate", "nowhere"], "does not exist"),
    (["evaluate", "nowhere", "--episodes", "0"], "between 1 and 1,000,000"),
    (["export", "nowhere", "--to", "onxn"], "did you mean 'onnx'"),
    (["render", "nowhere"], "does not exist"),
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    MISTAKES,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_one_line(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err
    assert not list(tmp_path.rglob("config.json"))


def test_an_existing_run_is_not_overwritten(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    assert main(["search", "swingup-quick", "--out", str(run)]) == 2
    assert "wann resume" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()} == before


def test_a_network_of_another_shape_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.out").write_text("0,0,1,1\n0,0,1,1\n0,0,0,1\n")
    assert main(["evaluate", str(tmp_path / "two.out")]) == 2
    assert "1 inputs and 1 outputs" in capsys.readouterr().err


def test_a_damaged_run_is_one_line(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    (copy / "champion.json").write_text((run / "champion.json").read_text()[:200])
    (copy / "checkpoint.npz").write_bytes(b"junk")
    # Pictures that need neither of the two are drawn
    for command, code in (("evaluate", 2), ("resume", 2), ("render", 0)):
        assert main([command, str(copy)]) == code
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("unpainted")
def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    # Where kernels cannot be kept they are compiled, so they are loaded before the disk is full.
    code = (
        "import resource, signal, sys\n"
        "import wann\n"
        "from wann.cli.main import main\n"
        "tiny = dict(population=8, generations=1, confirm_episodes=2, threads=1, figures=False)\n"
        f"wann.search('swingup-quick', out={str(tmp_path / 'other')!r}, progress=False, **tiny)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    run = tmp_path / "run"
    command = ["search", "swingup-quick", *TINY, "--generations", "20", "--out", str(run)]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "File too large" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert main(["resume", str(run), "--json"]) == 0


@pytest.mark.parametrize(
    "arguments", [["search"], ["sweep", "--seeds", "0-1"]], ids=["search", "sweep"]
)
def test_a_cluster_that_cannot_be_reached_leaves_nothing_behind(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    assert (
        main(
            [arguments[0], "swingup-quick", *arguments[1:], "--out", str(tmp_path / "run"), "--ray"]
        )
        == 2
    )
    assert "no Ray at 127.0.0.1:1" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "swingup", "--populatoin", "3"],
        ["search", "nowhere"],
        ["sweep", "swingup", "--seeds", "0", "--grid", "populatoin=1"],
        ["search", 100_000 * "x"],
        ["search", "swingup", f"--{100_000 * 'x'}"],
        ["render", 100_000 * "x"],
    ],
    ids=range(6),
)
def test_messages_are_short(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert len(line) < 2100 if "xxx" in line else len(line) < 400
    assert line.count("--") <= 5  # the flag, three near ones, --help


def test_the_version_and_the_help_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"wann {metadata.version('wann')}\n"
    for arguments, same in ((["help"], ["--help"]), (["help", "tune"], ["tune", "--help"])):
        assert main(arguments) == 0
        asked = capsys.readouterr().out
        with pytest.raises(SystemExit):
            main(same)
        assert asked == capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (MemoryError(), 2, "not enough memory: ask for less at once"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_ends_any_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    code: int,
    said: str,
) -> None:
    def fails() -> None:
        raise raised

    monkeypatch.setattr("wann.cli.main.flags_are_meant", fails)
    assert main(["recipes"]) == code
    assert said in capsys.readouterr().err

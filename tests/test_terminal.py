import ast
import io
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

from wann.api.watching.screen import on_terminal
from wann.errors import explain, in_short
from wann.terminal import columns_of, has_control_characters, printable, say, warn, wrapped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain é \N{SNOWMAN}", "plain é \N{SNOWMAN}"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc\0", "a\\r\\nb\\tc\\x00"),
        ("a\u202eb\u2028", "a\\u202eb\\u2028"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, written: str) -> None:
    assert printable(text) == written
    assert has_control_characters(text) == (text != written)
    assert not has_control_characters(printable(text))


def test_some_may_stay() -> None:
    assert printable("a\nb\x1b", keep="\n") == "a\nb\\x1b"


def test_lines_and_remarks_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\x07")
    warn("two\nlines")
    assert capsys.readouterr() == ("", "one\\x07\nwann: two\\nlines\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_lines_that_a_full_disk_does_not_take_stop_nothing() -> None:
    script = "from wann.terminal import say, warn; say('one'); warn('two'); print('done')"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=full, text=True
        )
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_errors_show_no_more_of_a_value_than_says_what_it_is() -> None:
    assert in_short("a\nb") == "'a\\nb'"
    assert in_short("x" * 5000) == "'" + "x" * 79 + "... (5,002 characters)"
    assert in_short(10**5000) == "a value of type int that is too long to be shown"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert in_short(deep) == "a value of type list that is too long to be shown"
    line = explain(OSError(36, "File name too long", "x" * 100_000))
    assert line.startswith("xxx")
    assert line.endswith("File name too long; check the path and its permissions")
    assert len(line) < 2100
    assert explain(OSError(2, "No such file", "a\x1b[2J")).startswith("a\\x1b[2J: ")


def test_lines_break_at_blanks_and_neither_words_nor_commands_do() -> None:
    text = (
        "runs/a: 12 connections, mean -1389.25\n  not finished: continue with `wann resume runs/a`"
    )
    assert wrapped(text, None) == wrapped(text, 100) == text
    assert wrapped(text, 30).split("\n") == [
        "runs/a: 12 connections, mean",
        "    -1389.25",
        "  not finished: continue with",
        "      `wann resume runs/a`",
    ]
    assert wrapped("x" * 50, 30) == "x" * 50


def test_what_is_no_terminal_has_no_columns() -> None:
    assert columns_of(io.StringIO()) is None
    assert columns_of(None) is None


def test_what_stderr_would_get_is_no_result_where_it_is_closed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    warn("two")
    assert not on_terminal()
    assert capsys.readouterr().out == ""


PRINT = (
    "from wann.cli.results import show\n"
    "from wann.terminal import prepare_stdout, say\n"
    "prepare_stdout()\n"
    "for write in (show, say):\n"
    "    write('\\u2212\\udcff\\u2603')\n"
)


@pytest.mark.parametrize(
    ("encoding", "out", "err"),
    [
        # The byte that is no text is written as it is, where a file name is read by a program
        ("utf-8:strict", b"\xe2\x88\x92\xff\xe2\x98\x83", b"\xe2\x88\x92\\udcff\xe2\x98\x83"),
        ("ascii:strict", b"\\u2212\xff\\u2603", b"\\u2212\\udcff\\u2603"),
        ("latin-1:strict", b"\\u2212\xff\\u2603", b"\\u2212\\udcff\\u2603"),
    ],
)
def test_every_text_can_be_printed_whatever_the_encoding(
    encoding: str, out: bytes, err: bytes
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", PRINT],
        env={"PYTHONIOENCODING": encoding, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.rstrip() == out
    assert done.stderr.rstrip() == err


def test_files_are_utf_8_whatever_the_locale() -> None:
    for path in (ROOT / "wann").glob("**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".read_text"):
                named = {word.arg for word in call.keywords}
                assert named & {"encoding", None}, f"{path}:{call.lineno}"


# What draws in place, and what says a line before the rest of the package may be imported.
PRINTING = {"terminal.py", "cli/results.py", "api/watching/compiling.py", "datasets/idx_files.py"}
PRINTING |= {"kernels/cache.py"}


def test_all_that_is_said_passes_one_place() -> None:
    for path in (ROOT / "wann").glob("**/*.py"):
        if path.relative_to(ROOT / "wann").as_posix() in PRINTING:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "print":
                pytest.fail(f"{path}:{call.lineno} prints: use wann.terminal or cli.results")

import signal
import threading
import time

import pytest

from wann.api.watching.interrupts import interruptible


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def wait_for(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    said, deadline = "", time.monotonic() + 10
    while text not in said and time.monotonic() < deadline:
        said += capsys.readouterr().err
        time.sleep(0.01)
    return said


def test_the_first_asks_and_the_second_stops(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible("the work") as interrupted:
        assert not interrupted()
        press_ctrl_c()
        assert interrupted()
        said = wait_for("at once\n", capsys)
        assert said == "finishing the work; press Ctrl-C again to stop at once\n"
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()
    assert signal.getsignal(signal.SIGINT) is before
    assert capsys.readouterr().err == ""


def test_without_ctrl_c_nothing_is_said_and_no_thread_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ordered, threads = [], threading.active_count()
    with interruptible("the work", lambda: ordered.append(1)) as interrupted:
        pass
    assert not interrupted()
    assert not ordered
    assert capsys.readouterr().err == ""
    assert threading.active_count() == threads


def test_an_order_that_cannot_be_given_is_given_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wann.api.watching.interrupts._AGAIN_SECONDS", 0.01)
    tried, given = [], threading.Event()

    def order() -> None:
        tried.append(1)
        if len(tried) < 3:
            raise OSError("the storage is away")
        given.set()

    with interruptible("the work", order):
        press_ctrl_c()
        assert given.wait(10)
    assert len(tried) == 3
    assert capsys.readouterr().err.count("cannot be told to stop as yet: OSError: the sto") == 1


def test_in_another_thread_nothing_changes() -> None:
    before, found = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with interruptible("the work") as interrupted:
            found.append((interrupted(), signal.getsignal(signal.SIGINT) is before))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(False, True)]

import time

from wann.tasks.watch import WATCH_BYTES, Place, Watch


def test_what_one_process_writes_another_reads() -> None:
    memory, told = bytearray(WATCH_BYTES), list[str]()
    plays, watches = Watch(memory, told.append), Watch(memory)
    assert watches.place is None
    plays.begin(3, None)
    plays.enter(5, 2**31 - 1, 7)
    assert watches.place == Place(3, 5, 2**31 - 1, 7)
    assert watches.until == float("inf"), "there is no limit"
    assert plays.leave(5)
    assert watches.place is None


def test_the_calls_of_an_episode_have_their_time_together() -> None:
    memory = bytearray(WATCH_BYTES)
    plays, watches = Watch(memory), Watch(memory)
    plays.begin(0, 0.3)
    left = []
    for step in range(3):
        plays.enter(0, 1, step)
        left.append(watches.until - time.monotonic())
        plays.enter(1, 1, step)  # other episodes have their own
        assert plays.leave(1)
        plays.enter(0, 1, step)
        time.sleep(0.11)
        assert plays.leave(0) == (step < 2)
    assert 0.3 >= left[0] > left[1] > left[2]
    plays.begin(1, 0.3)
    plays.enter(0, 1, 0)
    assert plays.leave(0), "each network begins anew"


def test_a_process_that_was_stopped_is_pardoned() -> None:
    plays = Watch.by_nobody()
    plays.begin(0, 0.1)
    plays.enter(0, 1, 0)
    time.sleep(0.11)
    plays.pardon()
    assert plays.leave(0)

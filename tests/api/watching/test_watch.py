from collections.abc import Iterator

import pytest

from wann.api.watching.watch import Interrupted, Watch


def rows() -> Iterator[dict[str, float]]:
    yield from ({"generation": number, "best": 1.0} for number in range(2))


def describe(row: dict[str, float]) -> str:
    return f"best {row['best']}"


@pytest.mark.parametrize(("progress", "shown"), [(True, True), (False, False), (None, False)])
def test_progress_is_shown_where_asked_for_or_on_a_terminal(
    progress: bool | None, shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch.of(progress)
    assert list(watch.follow(rows(), 2, 0, describe)) == list(rows())
    with watch.compiling(), watch.steps(lambda: 0, 1):
        pass
    assert ("generation 2/2: best 1.0" in capsys.readouterr().err) is shown


def test_what_came_out_goes_with_the_interruption() -> None:
    with pytest.raises(KeyboardInterrupt, match="go on with it") as raised:
        raise Interrupted("go on with it", [1, 2])
    assert isinstance(raised.value, Interrupted)
    assert raised.value.result == [1, 2]

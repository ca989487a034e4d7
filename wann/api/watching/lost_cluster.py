"""What a command says when the head of its Ray cluster is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from wann.errors import ClusterLost


@contextmanager
def gone_on_with_by(how: str) -> Iterator[None]:
    """Say how to go on, where a cluster is lost within this context; `how` is the command."""
    try:
        yield
    except ClusterLost as lost:
        raise ClusterLost(f"{lost}; what was saved is intact: {how}") from None

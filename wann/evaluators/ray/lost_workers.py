"""What becomes of the pieces that a worker had when it died.

What it had not begun goes back into the queue. The piece that it was at is suspected of having
killed it, and is tried again on a worker that has nothing else to lose. A piece that kills again
and again is parted, down to the network at fault. That network is condemned: it counts as failed.
A worker that is lost together with its machine died of nothing that it was sent.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from wann.errors import UserError
from wann.evaluators.ray.pieces import Piece
from wann.evaluators.ray.worker_pool import Report

# Workers that have to die of a piece until it is parted; of a single network, until it is
# condemned.
_KILLS = 3
# So many condemned networks, and none that earned anything, are a simulator that does not work.
_HOPELESS = 8


class Suspects:
    """Pieces of which workers died: each has its next worker for itself."""

    def __init__(self) -> None:
        self._pieces: deque[Piece] = deque()

    def __len__(self) -> int:
        return len(self._pieces)

    def take(self) -> Piece:
        """Take the piece that has waited longest."""
        return self._pieces.popleft()

    def judge(
        self, pieces: Sequence[Piece], report: Report
    ) -> tuple[Sequence[Piece], Piece | None]:
        """Judge the pieces that a dead worker had, in the order in which they were sent to it.

        Returns:
            The pieces that are under no suspicion, and the piece whose one network is to be
            condemned, if it has come to that.
        """
        if report.gone:
            return pieces, None
        if not pieces or not pieces[0].request.left:
            return pieces[1:], None
        return pieces[1:], self._accuse(replace(pieces[0], kills=pieces[0].kills + 1))

    def _accuse(self, piece: Piece) -> Piece | None:
        """Have a piece tried again of which one more worker died, in parts where that is often.

        Returns the piece itself if it has a single network, of which too many workers died.
        """
        condemned = piece.request.condemned
        guilty = next((n for n in range(*piece.networks) if n in condemned), None)
        if guilty is not None and piece.count > 1:
            # Another piece has found the network that kills: it has to go from this one.
            middle = guilty if guilty > piece.networks[0] else guilty + 1
            self._pieces.extend(replace(part, kills=0) for part in piece.part("networks", middle))
        elif piece.kills < _KILLS:
            self._pieces.append(piece)
        elif piece.count > 1:
            middle = (piece.networks[0] + piece.networks[1]) // 2
            for half in piece.part("networks", middle):
                self._pieces.append(replace(half, kills=_KILLS - 1 if half.count > 1 else 0))
        else:
            return piece
        return None


def condemn(piece: Piece, cause: str, successes: int) -> str | None:
    """Condemn the one network of a piece: in its request it counts as failed.

    `cause` is that of the workers' deaths in one line, and `successes` is how many pieces came back
    from workers so far.

    Returns:
        A line for the user; None if another piece had the network condemned already.

    Raises:
        UserError: where many networks are condemned and nothing ever came back.
    """
    request, network = piece.request, piece.networks[0]
    if network in request.condemned:
        return None
    request.condemned.add(network)
    if len(request.condemned) >= _HOPELESS and not successes:
        raise UserError(
            f"{request.task.name}: workers died of each of {_HOPELESS} networks ({cause}); the "
            "simulator crashes, or memory is short: try a larger --memory-per-worker"
        )
    return (
        f"{_KILLS} workers died of one network of {request.networks[network].connections} "
        f"connections ({cause}); it counts as failed"
    )

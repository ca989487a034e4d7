"""Which methods choose weights by chance.

A study or a comparison keeps the version of the numbers that they draw beside its plan, so that
rows of two versions never stand side by side without a word.
"""

from wann.pruning.methods import Method
from wann.pruning.rewind import Rewind


def draws(method: Method) -> bool:
    """Whether chance decides which weights `method` keeps, or from which it begins after pruning.

    A score of the user's own may draw numbers, so it counts as one that does.
    """
    own = callable(method.score) or (method.score is not None and ":" in method.score)
    chance = method.select in ("random", "walks") or method.score == "random"
    return own or chance or method.rewind is Rewind.REINIT

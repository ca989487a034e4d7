"""Rankings decide which genomes of a generation survive, and which become parents.

The rest of `search` imports this folder. `RANKINGS` holds them by name. A ranking is a function of
the scores, the settings and a generator; another one is another entry.

Begin with `selection`, what a ranking is given and returns; `nsga2`, `lexicase` and `mean` are the
rankings, `dominance` and `crowding` their sorting by several objectives.
"""

from collections.abc import Callable

import numpy as np

from wann.config import SearchConfig
from wann.search.ranking.lexicase import select_lexicase
from wann.search.ranking.mean import select_mean
from wann.search.ranking.nsga2 import select_nsga2, select_paper, select_reference
from wann.search.ranking.selection import Scores, Selected

RANKINGS: dict[str, Callable[[Scores, SearchConfig, np.random.Generator], Selected]] = {
    "paper": select_paper,
    "reference": select_reference,
    "nsga2": select_nsga2,
    "lexicase": select_lexicase,
    "mean": select_mean,
}

"""A process of its own in which an environment is rehearsed: `python -m` with a spec.

Its stdout is one JSON list, what `rehearsal.Report` holds.
"""

import json
import os
import sys
import time

from wann import trust
from wann.machine.parent import end_with
from wann.tasks.gym.rehearsal import report_on
from wann.tasks.gym.settings import settings_in
from wann.tasks.gym.simulators import check_registered
from wann.tasks.spec import code_in


def main(spec: str, ahead: int, pipe: int) -> None:
    """Rehearse the environment of a spec with the clock `ahead` by some seconds.

    The process ends with its parent, which holds the other end of the `pipe`.
    """
    end_with(pipe, os.getppid())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the environment may print
    _set_clock(ahead)
    settings = settings_in(spec)
    trust.allow(*code_in(spec))  # whoever started this process has imported them already
    check_registered(settings.id)
    json.dump(report_on(settings), answers)
    answers.close()
    os._exit(0)  # an environment may have left threads


def _set_clock(ahead: int) -> None:
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() + ahead
    time.time_ns = lambda: now_ns() + ahead * 10**9


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

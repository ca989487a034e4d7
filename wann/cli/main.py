"""The command line: finds the command, runs it, and turns a user's mistake into one line.

Only the file of the command that is asked for is imported, and everything heavy only by its
function, so that `wann --help` is fast.

Results go to stdout, progress and errors to stderr. A mistake of the user is one line and exit
code 2, Ctrl-C is 130, and a reader of the output that has left is 1.
"""

import os
import sys
from collections.abc import Sequence

from wann import trust
from wann.api.calls import flags_are_meant
from wann.cli.commands import make_parser
from wann.cli.results import stdout_for_results
from wann.cli.trusted import allow_named
from wann.errors import UserError, explain
from wann.terminal import prepare_stdout, warn

_NO_MEMORY = (
    "not enough memory: ask for less at once, such as fewer --threads or --workers, a smaller "
    "--population or --batch, or fewer --episodes; what was finished is kept, and `wann resume` "
    "goes on from there"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if arguments is None:
        prepare_stdout()
    try:
        options = make_parser(given).parse_args(given)
        with (
            stdout_for_results(whole_process=arguments is None),
            trust.forgotten_afterwards(),
            flags_are_meant(),
        ):
            allow_named(options)
            options.command(options)
    except BrokenPipeError:  # whoever read our output has left
        return 1
    except (UserError, OSError) as error:
        if os.environ.get("WANN_DEBUG"):
            raise
        warn(explain(error))
        return 2
    except MemoryError:
        warn(_NO_MEMORY)
        return 2
    except KeyboardInterrupt:
        warn("interrupted")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Progress in a notebook: a line, or a table, that is replaced by the next.

It takes no widgets: what a front end shows under an id is replaced, which all of them can.
"""

import html
import sys
from typing import Any


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


class Spot:
    """A place in the output of a cell, whose content is replaced."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, text: str) -> None:
        """Show a text of one line or several in place of the one before; "" shows nothing."""
        from IPython import display

        tools: Any = display  # has no types
        content = tools.HTML(f"<pre>{html.escape(text)}</pre>" if text else "")
        if self._handle is None:
            self._handle = tools.display(content, display_id=True)
        else:
            self._handle.update(content)

"""Networks as files of other languages and formats, to be used without this project.

The rooms above import it. Begin with `export`, the one call, and `targets`, the table of formats.
Every writer reads a `Subject`: the network, its weights, and the `interface` that its task gives
it, which is how inputs are scaled and what is made of outputs. `header` is what the first lines of
all files say. A target is translated from formulas by `source_text`, or by `onnx_graph`.
"""

from wann.formats.export.export import ExportOptions, export
from wann.formats.export.interface import Interface, Scaling
from wann.formats.export.subject import Subject
from wann.formats.export.targets import TARGETS, as_bytes, ending_of

__all__ = [
    "TARGETS",
    "ExportOptions",
    "Interface",
    "Scaling",
    "Subject",
    "as_bytes",
    "ending_of",
    "export",
]

"""The method by which a network writes itself for use without this project."""

from pathlib import Path

from wann.files import write_new
from wann.formats.export.export import ExportOptions, To, export, format_of
from wann.formats.export.targets import as_bytes
from wann.formats.network_file import NetworkFile


class Exporting:
    """What a `LoadedNetwork` can do besides: be exported."""

    file: NetworkFile
    path: Path | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the network"

    def card(self) -> str:
        """Return what is known of it on one short page."""
        return ""

    def export(
        self,
        path: Path | str | None = None,
        *,
        to: To | None = None,
        weight: float | None = None,
        single: bool = False,
        bare: bool = False,
        card: bool = False,
        force: bool = False,
    ) -> Path | str | bytes:
        """Write it for use without this project, or return the content where there is no `path`.

        Args:
            path: the file; its ending says the format, where `to` does not.
            to: "c", "js", "onnx", "torch", "python", "json", "out", `module:function`, or a
                function of a `Subject`.
            weight: what all connections share; None: its own weights, or 1.
            single: whether float32 is computed with, where the format can.
            bare: whether scaling and actions of the task are left out.
            card: whether what is known of it stands in the file, too, see `card`.
            force: whether a file that exists is replaced.

        Raises:
            UserError: where the format cannot express something, or the task cannot be made.
        """
        chosen, name = to or format_of(path), Path(path or self.path or "network").stem
        options = ExportOptions(weight, single, bare, self.card() if card else "")
        content = export(self.file, chosen, name=name, options=options, wanted_by=self.name)
        if path is not None:
            return write_new(Path(path), as_bytes(content), force=force)
        return content

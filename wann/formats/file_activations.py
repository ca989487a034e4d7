"""The activations that a network file may name: those built in, and those that it declares."""

from wann.activations import BY_LABEL
from wann.activations.declaration import read_declaration
from wann.activations.table import declare
from wann.errors import UserError
from wann.formats.safe_values import shown


def read_activations(texts: object) -> dict[str, int]:
    """Return the code of each activation that a file may name: built in, or declared by its text.

    The latter are declared in this process, too.
    """
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise UserError(
            f"activations: expected a list of texts NAME = FORMULA, got {shown(texts)}; correct it"
        )
    codes = {label: int(activation) for label, activation in BY_LABEL.items()}
    for text in texts:
        try:
            declared = declare(read_declaration(text))
        except UserError as error:
            raise UserError(f"activations: {error}") from None
        codes[declared.name] = declared.code
    return codes

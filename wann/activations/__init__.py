"""Activations: what a node does with its input sum, declared once.

Begin with `table`: a row for each, built in or one's own. A row's formula is a tree (`expression`),
noted down from a Python function (`trace`, `value`) or read from a text (`text`); `declaration` is
a row itself, and `ids` are the numbers of the built-in ones.
"""

from wann.activations.declaration import Declaration as Declaration
from wann.activations.ids import Activation as Activation
from wann.activations.table import BUILT_IN as BUILT_IN
from wann.activations.table import BY_LABEL as BY_LABEL
from wann.activations.table import PAPER as PAPER
from wann.activations.table import activation as activation
from wann.activations.table import check_handled as check_handled
from wann.activations.table import declared as declared
from wann.activations.value import Value as Value

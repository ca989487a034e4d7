"""A network as one file of C99 that needs no library and allocates no memory.

In double it computes the same bits as `wann.kernels`: the polynomials are the same, and sums are
added in the same order. Small networks become straight code, large ones tables and a loop.
"""

from collections.abc import Iterator

import numpy as np

from wann.formats.export.c_functions import Naming, c_functions
from wann.formats.export.c_heads import (
    class_names,
    head_functions,
    needed_by_head,
    signatures,
)
from wann.formats.export.c_memory import memory, memory_declarations, memory_use
from wann.formats.export.c_straight import straight_body
from wann.formats.export.c_tables import loop_body, loop_tables, scaling_tables, slots_of, table
from wann.formats.export.formulas import Formula, formulas_of
from wann.formats.export.header import header, wrap
from wann.formats.export.source_text import Language, source_text
from wann.formats.export.subject import Subject
from wann.tasks.gym.actions import Largest

# Beyond so many connections tables are shorter than straight code; below, straight code is faster.
_MOST_STRAIGHT = 500

# What C calls the operations of formulas, behind the prefix of the file.
_FUNCTIONS = (
    "absolute",
    "maximum",
    "minimum",
    "rint",
    "floor",
    "exp",
    "log",
    "sin_pi",
    "cos_pi",
    "tanh",
    "sigmoid",
)


def dumps_c(subject: Subject) -> str:
    """Return the text of a C file that computes a network."""
    naming, formulas = Naming(subject.identifier, subject.single), formulas_of(subject.network)
    straight = subject.network.connections <= _MOST_STRAIGHT
    operations = {name for formula in formulas for name in formula.operations}
    needed = operations & set(_FUNCTIONS) | needed_by_head(subject)
    if _clips(subject, straight):
        needed.add("held")
    body = (straight_body if straight else loop_body)(subject, formulas, naming)
    return "\n".join(
        [
            _comment(header(subject, _use(subject, naming, straight), _numbers(subject))),
            _guards(naming, "sqrt" in operations),
            *_declarations(subject, naming, straight),
            *c_functions(needed, naming),
            *(_activation(formula, naming) for formula in formulas if not formula.is_identity),
            *_weights(subject, naming),
            *([] if straight else [*scaling_tables(subject, naming)]),
            *([] if straight else [*loop_tables(subject, formulas, naming)]),
            *memory(subject, naming),
            _forward(subject, naming, body),
            *class_names(subject, naming),
            *head_functions(subject, naming),
        ]
    )


def _clips(subject: Subject, straight: bool) -> bool:
    """Return whether the code holds an input within bounds; straight code reads those in use."""
    scaling = subject.interface.scaling
    return scaling is not None and scaling.clipped and (_reads(subject) or not straight)


def _reads(subject: Subject) -> bool:
    """Return whether some node reads an input, now or one step later."""
    source = subject.network.source
    rows = np.maximum(source, ~source)
    return bool(((rows > 0) & (rows <= subject.network.inputs)).any())


def _comment(lines: list[str]) -> str:
    return "\n".join(["/*", *(f" * {_harmless(line)}".rstrip() for line in lines), " */"])


def _harmless(line: str) -> str:
    """Return a line that cannot end a comment, continue a line or mean anything to a compiler."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in line).replace("\\", "/")
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")


def _use(subject: Subject, naming: Naming, straight: bool) -> list[str]:
    given = "observation" if subject.weights is not None else "observation, weight"
    p, head = naming.prefix, subject.interface.head
    if isinstance(head, Largest) and len(head.sizes) == 1:
        call = f"int action = {p}_act({given});"
    else:
        call = f"{p}_{'forward' if head is None else 'act'}({given}, result);"
    values = slots_of(subject.network)[1]
    stack = (
        ""
        if straight
        else f"; {values} numbers stand on the stack, or are static with "
        f"-D{p.upper()}_STORAGE=static"
    )
    kept = "" if subject.network.recurrent else ", nothing is kept between calls"
    return [
        *wrap(
            "Use: include this file in one of yours, or compile it beside yours and copy the "
            f"declarations below. In a loop: {call}"
        ),
        *memory_use(subject, naming),
        *wrap(
            f"Compile: cc -std=c99 -O2 -c {p}.c (for a microcontroller -Os). No library is needed, "
            f"no memory is allocated{kept}{stack}."
        ),
    ]


def _numbers(subject: Subject) -> str:
    if subject.single:
        return "float"
    return (
        "double. The results are those of wann to the last bit where the compiler neither fuses "
        "multiplications with additions nor regroups sums; this file asks it not to"
    )


def _guards(naming: Naming, square_root: bool) -> str:
    digits = ("FLT_MANT_DIG", 24, "float") if naming.single else ("DBL_MANT_DIG", 53, "double")
    advice = "" if naming.single else "; export the network with --float"
    return f"""\
#include <float.h>
#include <stdint.h>
{"#include <math.h>" if square_root else ""}
#if {digits[0]} != {digits[1]}
#error "{digits[2]} has another size here than this file was written for{advice}"
#endif
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16 widens only numbers of 16 bits */
#error "numbers are computed in a higher precision here: compile with -msse2 -mfpmath=sse"
#endif
#ifdef __FAST_MATH__
#error "the results would be wrong: compile without -ffast-math and -Ofast"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize ("fp-contract=off")
#endif
"""


def _declarations(subject: Subject, naming: Naming, straight: bool) -> Iterator[str]:
    upper = naming.prefix.upper()
    yield f"#define {upper}_INPUTS {subject.network.inputs}"
    yield f"#define {upper}_OUTPUTS {subject.network.outputs}"
    if subject.weights is None:
        yield f"#define {upper}_WEIGHT {naming.number(subject.weight)} /* the first to try */"
    if not straight:
        yield f"#ifndef {upper}_STORAGE\n#define {upper}_STORAGE\n#endif"
    yield ""
    yield from (f"{signature};" for signature in signatures(subject, naming))
    yield from memory_declarations(subject, naming)
    if subject.interface.classes:
        yield f"extern const char *const {naming.prefix}_classes[{len(subject.interface.classes)}];"
    yield ""


def _activation(formula: Formula, naming: Naming) -> str:
    """Return the function of an activation, unless it is one that exists already."""
    functions = {name: f"{naming.prefix}_{name}" for name in _FUNCTIONS}
    functions["sqrt"] = "sqrtf" if naming.single else "sqrt"
    text = source_text(formula.tree, Language(naming.number, functions))
    name = f"{naming.prefix}_{formula.identifier}"
    if text == f"{name}(x)":  # such as tanh
        return ""
    lines = [
        f"/* {_harmless(formula.formula)} */",
        f"static {naming.real} {name}({naming.real} x)",
        *("{", f"    return {text};", "}\n"),
    ]
    return "\n".join(lines)


def _weights(subject: Subject, naming: Naming) -> Iterator[str]:
    if subject.weights is not None and len(subject.weights):
        values = map(naming.number, subject.weights.tolist())
        yield table(naming.real, f"{naming.prefix}_weight", values)


def _forward(subject: Subject, naming: Naming, body: Iterator[str]) -> str:
    unread = [] if _reads(subject) else ["    (void)observation;"]
    if subject.weights is None and not subject.network.connections:
        unread.append("    (void)weight;")
    return "\n".join([signatures(subject, naming)[0], "{", *body, *unread, "}\n"])

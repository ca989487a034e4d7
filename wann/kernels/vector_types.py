"""Vectors of 512 bits as types of numba, with the operators of a float.

A vector is a value that is held in registers. Importing this file teaches numba to add, subtract,
multiply, divide, compare, negate and round vectors. All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model

I32, I64 = ir.IntType(32), ir.IntType(64)

# Two or four registers: while one waits for a result, the other computes.
_BITS = 512


class Vector(types.Type):
    """The type of a vector of 512 bits: 8 float64 or 16 float32."""

    def __init__(self, element: Any, form: Any) -> None:
        """`element` is numba's type of one lane, `form` LLVM's."""
        lanes = _BITS // element.bitwidth
        super().__init__(name=f"{element}x{lanes}")
        self.element, self.lanes, self.bytes = element, lanes, element.bitwidth // 8
        self.ir = ir.VectorType(form, lanes)


class Mask(types.Type):
    """The type of what a comparison of two vectors gives: true or false in every lane."""

    def __init__(self, vector: Vector) -> None:
        super().__init__(name=f"mask of {vector.name}")
        self.vector, self.ir = vector, ir.VectorType(ir.IntType(1), vector.lanes)


DOUBLE = Vector(types.float64, ir.DoubleType())
SINGLE = Vector(types.float32, ir.FloatType())
_MASK = {vector: Mask(vector) for vector in (DOUBLE, SINGLE)}
VECTOR_OF = {vector.element: vector for vector in _MASK}


@register_model(Vector)
@register_model(Mask)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, kind.ir)


def widen(context: Any, builder: Any, value: Any, kind: Any, vector: Vector) -> Any:
    """Emit a vector: one as it is, a number repeated in every lane.

    Args:
        context: numba's, which knows how types are converted.
        builder: of the function that is emitted.
        value: the vector or number.
        kind: its type.
        vector: the type of what is returned.
    """
    if isinstance(kind, Vector):
        return value
    number = context.cast(builder, value, kind, vector.element)
    first = builder.insert_element(ir.Constant(vector.ir, ir.Undefined), number, I32(0))
    everywhere = ir.Constant(ir.VectorType(I32, vector.lanes), [0] * vector.lanes)
    return builder.shuffle_vector(first, ir.Constant(vector.ir, ir.Undefined), everywhere)


def _common_vector(given: Any) -> Vector | None:
    """Return the one type of vector among types that are all vectors or numbers, else None."""
    vectors = {kind for kind in given if isinstance(kind, Vector)}
    fits = all(isinstance(kind, Vector | types.Float | types.Integer) for kind in given)
    return vectors.pop() if fits and len(vectors) == 1 else None


def _define(
    function: Any, emit: Callable[..., Any], arguments: int, compares: bool = False
) -> None:
    """Teach numba `function` of vectors, or of a vector and a number.

    `emit(builder, *vectors)` writes the instruction, `arguments` says how many vectors it takes,
    and `compares` that it gives a mask.
    """

    class Template(AbstractTemplate):
        def generic(self, given: Any, keywords: Any) -> Any:
            vector = _common_vector(given) if len(given) == arguments else None
            return vector and signature(_MASK[vector] if compares else vector, *given)

    infer_global(function)(Template)

    def lower(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        vector, pairs = _common_vector(signature.args), zip(given, signature.args, strict=True)
        assert vector
        return emit(builder, *(widen(context, builder, *pair, vector) for pair in pairs))

    kinds = (
        [(Vector,)]
        if arguments == 1
        else [(Vector, Vector), (Vector, types.Number), (types.Number, Vector)]
    )
    for accepted in kinds:
        lower_builtin(function, *accepted)(lower)


def llvm_function(name: str) -> Callable[..., Any]:
    """Return an emitter of the LLVM function `name`, which takes and returns a vector."""

    def emit(builder: Any, x: Any) -> Any:
        kind = ir.FunctionType(x.type, [x.type])
        suffix = f"v{x.type.count}{x.type.element.intrinsic_name}"
        return builder.call(
            cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.{suffix}"), [x]
        )

    return emit


_define(operator.add, lambda builder, x, y: builder.fadd(x, y), 2)
_define(operator.sub, lambda builder, x, y: builder.fsub(x, y), 2)
_define(operator.mul, lambda builder, x, y: builder.fmul(x, y), 2)
_define(operator.truediv, lambda builder, x, y: builder.fdiv(x, y), 2)
_define(operator.gt, lambda builder, x, y: builder.fcmp_ordered(">", x, y), 2, compares=True)
_define(operator.lt, lambda builder, x, y: builder.fcmp_ordered("<", x, y), 2, compares=True)
_define(operator.ge, lambda builder, x, y: builder.fcmp_ordered(">=", x, y), 2, compares=True)
_define(operator.le, lambda builder, x, y: builder.fcmp_ordered("<=", x, y), 2, compares=True)
_define(operator.neg, lambda builder, x: builder.fneg(x), 1)
_define(abs, llvm_function("fabs"), 1)
_define(np.rint, llvm_function("rint"), 1)
_define(np.floor, llvm_function("floor"), 1)

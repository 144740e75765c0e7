"""What modules do to the memory of what they are given: PyTorch may write a result over a tensor."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effect:
    """What a module does to the memory of its inputs, by their places.

    Its result may share the memory of some, its layers change some in place, and of some such a change is `lost`,
    because what does it, at these places of the source, is read as giving a new tensor.
    """

    shares: frozenset[int] = frozenset()
    by_layers: frozenset[int] = frozenset()
    lost: dict[int, ast.AST] = field(default_factory=dict)


NO_EFFECT = Effect()

"""The ways in which a ModuleList or ModuleDict can use its children: PyTorch gives it no forward of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ForwardRule:
    """A rule: its `label`, what it computes, and the statements that compute it in a forward.

    In `code`, `{children}` stands for the modules to go through.
    """

    name: str
    label: str
    explanation: str
    code: tuple[str, ...]


FORWARD_RULES = {
    rule.name: rule
    for rule in (
        ForwardRule(
            "in_order",
            "In order",
            "Each child takes what the one before it gives, as in a Sequential.",
            ("for child in {children}:", "    x = child(x)", "return x"),
        ),
        ForwardRule(
            "sum",
            "Sum of branches",
            "Every child takes the same input, and the results are added: a residual connection, with an "
            "Identity or a projection as the shortcut.",
            ("return sum(child(x) for child in {children})",),
        ),
        ForwardRule(
            "concatenate",
            "Concatenation of branches",
            "Every child takes the same input, and the results stand one after the other in the channels.",
            ("return torch.cat([child(x) for child in {children}], dim=1)",),
        ),
        ForwardRule(
            "dense",
            "Dense",
            "Each child takes the channels of the input and of all children before it; so does the result.",
            (
                "features = [x]",
                "for child in {children}:",
                "    features.append(child(torch.cat(features, dim=1)))",
                "return torch.cat(features, dim=1)",
            ),
        ),
    )
}

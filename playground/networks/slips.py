"""Slips in pasted PyTorch source: found, named and corrected; nothing of the source is ever run or imported."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from playground.networks.slips_text import Edit, Finding, Lines, apply_edits, tokens

MAX_CHARACTERS = 500_000
MAX_TOKENS = 100_000
# Each stage makes the source readable for the next: characters, dots, brackets and statements, names, classes.
_CHARACTERS, _DOTS, _SYNTAX, _TREE, _END = range(5)
_MAX_ROUNDS = 24
# A source with more than these is no PyTorch source; they bound the time that it takes.
_MAX_CHARACTERS_READ = 1_000_000
_MAX_FINDINGS = 200
_MAX_EDITS = 500


@dataclass(frozen=True)
class TextEdit:
    """A replacement of the text from a start to before an end; lines and columns from 1."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Slip:
    """A slip in PyTorch source: the place of its first wrong character, what is wrong, and the correction.

    `edits` is empty where there is no certain correction.
    """

    line: int
    column: int
    message: str
    edits: tuple[TextEdit, ...] = ()


def find_slips(source: str) -> tuple[Slip, ...]:
    """The slips of a source, in its order; () for correct source. Never raises.

    For a source of more than `MAX_CHARACTERS` or `MAX_TOKENS` one without a correction, which says so.
    """
    from playground.networks.slips_draft import Draft

    if _is_too_large(source):
        return (Slip(1, 1, "The source is too long to look for slips in it; paste only the classes of the network."),)
    draft = Draft(source)
    first, seen = 0, list[Finding]()
    stages = range(first, _END)
    for _ in range(min(_MAX_ROUNDS, 2 + _MAX_CHARACTERS_READ // (1 + len(source)))):
        for stage, check in _checks(draft.text, stages):
            found = list(islice(check, _MAX_FINDINGS))
            seen += found
            if draft.correct(found):
                first, seen = stage, []
                stages = range(first, _END)
                break
        else:
            if stages.start == 0:
                draft.note(seen)
                break
            # What was corrected may have uncovered what was looked for before.
            stages = range(min(first, _SYNTAX))
        if draft.edit_count > _MAX_EDITS:
            break
    lines = Lines(source)
    return tuple(_slip(lines, finding) for finding in sorted(draft.findings, key=lambda finding: finding.offset))


def apply_slips(source: str, slips: Iterable[Slip]) -> str:
    """The source with the corrections of slips that `find_slips` found in it: all of them, or any of them."""
    lines = Lines(source)
    return apply_edits(
        source,
        (
            Edit(
                lines.offset(edit.start_line, edit.start_column),
                lines.offset(edit.end_line, edit.end_column),
                edit.text,
            )
            for slip in slips
            for edit in slip.edits
        ),
    )


def _is_too_large(source: str) -> bool:
    return len(source) > MAX_CHARACTERS or (len(source) > MAX_TOKENS and len(tokens(source)) > MAX_TOKENS)


def _slip(lines: Lines, finding: Finding) -> Slip:
    line, column = lines.position(finding.offset)
    edits = (TextEdit(*lines.position(edit.start), *lines.position(edit.end), edit.text) for edit in finding.edits)
    return Slip(line, column, finding.message, tuple(edits))


def _checks(text: str, stages: range) -> Iterator[tuple[int, Iterable[Finding]]]:
    """What can be looked for in a text, in these stages: what a stage finds is corrected before the next one looks."""
    from playground.networks import slips_characters, slips_dots, slips_indentation, slips_notebook, slips_syntax

    lines = Lines(text)
    found = tokens(text) if stages.start <= _DOTS else []
    if _CHARACTERS in stages:
        yield _CHARACTERS, slips_notebook.copied_along(lines, found)
        yield _CHARACTERS, slips_characters.wrong_characters(lines, found)
    if _DOTS in stages:
        yield _DOTS, [*slips_dots.commas_for_dots(found), *slips_dots.super_without_parentheses(found)]
    if stages.stop <= _SYNTAX:
        return
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        found = found or tokens(text)
        yield _SYNTAX, slips_characters.open_strings(lines, found)
        if any(token.kind == "open_string" for token in found):
            # What the text has swallowed, brackets among it, cannot be judged.
            return
        yield _SYNTAX, slips_syntax.unbalanced_brackets(lines, found)
        yield _SYNTAX, slips_syntax.broken_statements(found)
        yield _SYNTAX, slips_indentation.indentation_slips(lines, found, error)
    except (ValueError, RecursionError, MemoryError):
        return
    else:
        if _TREE in stages:
            yield from ((_TREE, check) for check in _checks_of_tree(lines, tree))


def _checks_of_tree(lines: Lines, tree: ast.Module) -> Iterator[Iterable[Finding]]:
    from playground.networks import slips_classes, slips_forward, slips_names
    from playground.networks.slips_source import Source

    source = Source(lines, tree)
    checks: tuple[tuple[Callable[[Source], Iterator[Finding]], ...], ...] = (
        (
            slips_names.misspelt_imports,
            slips_names.misspelt_attributes,
            slips_names.misspelt_arguments,
            slips_forward.wrong_assignments,
        ),
        (slips_classes.class_slips,),
        (slips_names.input_at_construction, slips_names.unknown_names),
        (slips_forward.forward_slips,),
        (slips_names.missing_imports,),
    )
    for group in checks:
        yield [finding for check in group for finding in check(source)]

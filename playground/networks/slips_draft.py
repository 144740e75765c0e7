"""A text under correction: slips are found in the corrected text and told in positions of the original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playground.networks.slips_text import Edit, Finding, apply_edits


class Draft:
    """A source, the findings so far in its offsets, and the text that their edits make of it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = source
        self.findings: list[Finding] = []

    def correct(self, found: Iterable[Finding]) -> bool:
        """Make the edits of findings in `text`, as far as they do not overlap; False if there were none."""
        regions = self._regions()
        taken: list[Edit] = []
        for finding in sorted(found, key=lambda finding: finding.offset):
            if not finding.edits or any(_overlap(edit, other) for edit in finding.edits for other in taken):
                continue
            taken += finding.edits
            if self._add(finding, regions):
                # The regions that were merged are no longer true: the rest is found again in the next round.
                break
        self.text = apply_edits(self.source, self._edits())
        return bool(taken)

    def note(self, found: Iterable[Finding]) -> None:
        """Keep the findings that have no edits."""
        regions = self._regions()
        for finding in found:
            if not finding.edits:
                self.findings.append(Finding(_original(finding.offset, regions, is_end=False), finding.message))

    @property
    def edit_count(self) -> int:
        """The number of edits so far."""
        return sum(len(finding.edits) for finding in self.findings)

    def _edits(self) -> list[Edit]:
        ordered = sorted(self.findings, key=lambda finding: finding.offset)
        return [edit for finding in ordered for edit in finding.edits]

    def _regions(self) -> list[_Region]:
        """Where the edits so far stand in the corrected text, in order."""
        regions = []
        moved = 0
        for edit in sorted(self._edits(), key=lambda edit: (edit.start, edit.end)):
            start = edit.start + moved
            regions.append(_Region(start, start + len(edit.text), edit))
            moved += len(edit.text) - (edit.end - edit.start)
        return regions

    def _add(self, finding: Finding, regions: list[_Region]) -> bool:
        """Keep a finding in offsets of the source; True if it changes what an earlier one wrote and took it in."""
        edits = []
        absorbed: list[Edit] = []
        for edit in finding.edits:
            touched = [region for region in regions if region.is_touched_by(edit)]
            start = min([edit.start, *(region.start for region in touched)])
            end = max([edit.end, *(region.end for region in touched)])
            text = self.text[start : edit.start] + edit.text + self.text[edit.end : end]
            if touched:
                first, last = touched[0], touched[-1]
                original_start = first.edit.start if start == first.start else _original(start, regions, is_end=False)
                original_end = last.edit.end if end == last.end else _original(end, regions, is_end=True)
            else:
                original_start = _original(start, regions, is_end=False)
                original_end = _original(end, regions, is_end=True) if end > start else original_start
            edits.append(Edit(original_start, original_end, text))
            absorbed += [region.edit for region in touched]
        offset = _original(finding.offset, regions, is_end=False)
        merged = [earlier for earlier in self.findings if any(edit in absorbed for edit in earlier.edits)]
        kept = [edit for earlier in merged for edit in earlier.edits if edit not in absorbed]
        self.findings = [earlier for earlier in self.findings if earlier not in merged]
        self.findings.append(
            Finding(
                min([offset, *(earlier.offset for earlier in merged)]),
                " ".join([*(earlier.message for earlier in merged), finding.message]),
                tuple(sorted([*kept, *edits], key=lambda edit: (edit.start, edit.end))),
            )
        )
        return bool(merged)


@dataclass(frozen=True)
class _Region:
    """What an edit wrote: from `start` to before `end` in the corrected text."""

    start: int
    end: int
    edit: Edit

    def is_touched_by(self, new: Edit) -> bool:
        if new.start == new.end == self.start or new.start == new.end == self.end:
            # Two insertions at one place: their order counts, unless both are lines of their own.
            both_are_lines = new.text.endswith("\n") and self.edit.text.endswith("\n")
            return self.edit.start == self.edit.end and not both_are_lines
        return new.start < self.end and self.start < new.end


def _overlap(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _original(offset: int, regions: list[_Region], *, is_end: bool) -> int:
    """The offset in the source of an offset in the corrected text."""
    moved = 0
    for region in regions:
        if region.start < offset < region.end or (offset == region.start < region.end and not is_end):
            return region.edit.start
        if region.end < offset or (region.end == offset and not (is_end and region.start == region.end)):
            moved += len(region.edit.text) - (region.edit.end - region.edit.start)
    return offset - moved

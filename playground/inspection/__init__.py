"""What a network is made of and costs, layer by layer."""

from playground.inspection.summary import LayerRow, Summary, summarize

__all__ = ["LayerRow", "Summary", "summarize"]

"""The layer table: measured by one pass without weights, folded, compared, written as text."""

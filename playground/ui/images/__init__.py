"""Choosing and showing images, on any page."""

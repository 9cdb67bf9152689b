"""Prose: text in, statements out; what they say of totals and figures."""

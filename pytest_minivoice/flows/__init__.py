"""Flows: a caller's script with the expected end of the call, from a marker, and how the two are compared."""

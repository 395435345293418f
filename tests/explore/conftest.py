"""Applications to explore."""

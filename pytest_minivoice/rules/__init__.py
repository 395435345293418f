"""The catalogue of what can be wrong, and the checks that find it. They return findings and never raise. Pure."""

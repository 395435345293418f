"""Reports of a run: one result model, and a writer for each format. It knows calls, and nothing of pytest."""

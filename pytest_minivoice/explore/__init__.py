"""Walking every branch of a call flow: the graph, its findings, coverage, the lock file, pictures."""

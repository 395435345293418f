"""One call, sans-I/O: it says what it needs next and is told what came of it. No clock, no socket, no pytest."""

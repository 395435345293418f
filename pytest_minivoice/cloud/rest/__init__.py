"""MiniVoice's REST API as a table of routes over the account. It knows nothing of HTTP clients and servers."""

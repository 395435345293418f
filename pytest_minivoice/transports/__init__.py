"""How the application's own REST requests reach the account: patched clients, and a server on this machine."""

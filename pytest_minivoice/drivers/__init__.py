"""How a request reaches the application under test, and which kind of application an object is."""

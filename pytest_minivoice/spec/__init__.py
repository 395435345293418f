"""What MiniVoice promises, as data: actions, events, JSON Schemas, assumptions. Pure: no I/O beyond its own files, no pytest."""

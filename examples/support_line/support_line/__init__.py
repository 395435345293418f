"""The support line: an example of a Django application that MiniVoice calls."""

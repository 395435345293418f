"""MiniVoice in memory: the account, its virtual clock, its calls, signed webhooks and their delivery."""

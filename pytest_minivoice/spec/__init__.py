"""What MiniVoice promises, as data: actions, events, JSON Schemas, assumptions. Pure, and knows nobody else."""

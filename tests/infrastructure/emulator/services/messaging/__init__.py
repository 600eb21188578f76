"""Extensions of the emulator for queues and schemas of events."""

"""Extensions of the emulator for keys, secrets, users and findings."""

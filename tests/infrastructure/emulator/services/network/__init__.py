"""Extensions of the emulator for networks and addresses."""

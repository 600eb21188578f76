"""Extensions of the emulator for services that run code."""

"""Extensions of the emulator for services that keep data."""

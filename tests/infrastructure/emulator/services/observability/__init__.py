"""Extensions of the emulator for metrics, logs, traces and canaries."""

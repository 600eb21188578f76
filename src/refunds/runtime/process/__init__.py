"""One process of services: settings, parts, loops, health, logs."""

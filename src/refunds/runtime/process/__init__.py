"""One process of services: settings, container of parts, loops, health, logs."""

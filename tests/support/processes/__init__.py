"""Child processes: a whole instance, earlier releases, and programs that stand for services."""

"""A payment store on an append-only journal: a prototype, which no service uses (docs/decisions/0052)."""

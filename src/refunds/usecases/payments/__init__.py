"""Commands on payments."""

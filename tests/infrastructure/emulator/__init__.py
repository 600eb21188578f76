"""An AWS for tests: moto's server with a small extension for what moto lacks; the product never imports it."""

"""Small pieces that know no refund: batching, configuration, logging, cryptography."""

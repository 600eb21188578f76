"""`bench growth`: what one operation costs as stored payments, refunds of a payment and merchants grow in number."""

"""Simple designs for comparison with the product. They use one transaction per request and no services."""

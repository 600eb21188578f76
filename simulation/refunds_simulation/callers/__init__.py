"""Who uses the product in the simulation: merchants' programs, the people at dashboards, administrators."""

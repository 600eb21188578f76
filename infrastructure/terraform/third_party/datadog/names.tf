# What every monitor carries.

locals {
  tags  = [for key, value in merge(var.tags, { env = var.environment, team = "refunds" }) : "${lower(key)}:${lower(value)}"]
  scope = "env:${var.environment}"
}

# What everything of one environment is called and how it is marked. The other files name what they hold.

locals {
  name = "brik-refunds-${var.environment}"

  tags = {
    Project     = "brik-refunds"
    Environment = var.environment
    Owner       = var.owner
    ManagedBy   = "terraform"
  }
}

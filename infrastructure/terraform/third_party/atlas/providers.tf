# Atlas' API keys come from the environment (MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_PRIVATE_KEY), AWS's rights too.

provider "mongodbatlas" {}

provider "aws" {
  region = var.aws_region
}

# The cluster's other regions. Where there is none, a provider of the home region that nothing uses.
locals {
  aws_regions = [for region in var.regions : lower(replace(region.name, "_", "-"))]
}

provider "aws" {
  alias  = "second"
  region = try(local.aws_regions[1], var.aws_region)
}

provider "aws" {
  alias  = "third"
  region = try(local.aws_regions[2], var.aws_region)
}

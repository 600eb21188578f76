# Atlas' API keys come from the environment (MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_PRIVATE_KEY), AWS's rights too.

provider "mongodbatlas" {}

provider "aws" {
  region = var.aws_region
}

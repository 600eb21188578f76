terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"

      # aws is the home region, aws.replica the second one, in which copies wait for a disaster.
      configuration_aliases = [aws, aws.replica]
    }
  }
}

# PagerDuty's key comes from the environment (PAGERDUTY_TOKEN), AWS's rights too.

provider "pagerduty" {
  service_region = var.service_region
}

provider "aws" {
  region = var.aws_region
}

# PagerDuty's key comes from the environment (PAGERDUTY_TOKEN), AWS's rights too.

provider "pagerduty" {
  service_region = var.service_region
}

provider "aws" {
  region = var.aws_region
}

# SNS subscribes in the topic's own region.
provider "aws" {
  alias  = "global"
  region = "us-east-1"
}

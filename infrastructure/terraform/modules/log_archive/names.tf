# Names and facts that the other files share.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name

  full_name = "${var.name}-log-archive"

  # Where in the bucket: what arrived whole, and what Firehose could not unpack, as it came.
  place        = "services"
  failed_place = "failed"
  day          = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
}

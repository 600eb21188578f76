# The state: in the bucket, under the key and with the lock that cloudformation/ made for this environment.
terraform {
  backend "s3" {
    bucket         = "brik-refunds-staging-terraform-state"
    key            = "environment.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    kms_key_id     = "alias/brik-refunds-staging-terraform-state"
    dynamodb_table = "brik-refunds-staging-terraform-lock"
  }
}

# The state: in the bucket, under the key and with the lock that cloudformation/ made for this environment.
terraform {
  backend "s3" {
    bucket         = "brik-refunds-prod-terraform-state"
    key            = "environment.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    kms_key_id     = "alias/brik-refunds-prod-terraform-state"
    dynamodb_table = "brik-refunds-prod-terraform-lock"
  }
}

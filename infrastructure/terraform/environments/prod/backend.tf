# The state: in the bucket, under the key and with the lock that cloudformation/bootstrap.yaml makes in the account of
# this environment. The bucket's name ends in the account's number.
terraform {
  backend "s3" {
    bucket         = "brik-refunds-prod-state-444444444444"
    key            = "environment.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    kms_key_id     = "alias/brik-refunds-prod-state"
    dynamodb_table = "brik-refunds-prod-state-lock"
  }
}

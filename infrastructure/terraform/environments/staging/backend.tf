# The state: in the bucket, under the key and with the lock that cloudformation/bootstrap.yaml makes in the account of
# this environment. The bucket's name ends in the account's number.
terraform {
  backend "s3" {
    bucket         = "brik-refunds-staging-state-333333333333"
    key            = "environment.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    kms_key_id     = "alias/brik-refunds-staging-state"
    dynamodb_table = "brik-refunds-staging-state-lock"
  }
}

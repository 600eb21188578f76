# The state: in the bucket, under the key and with the lock that cloudformation/bootstrap.yaml makes in the account of
# this environment. The bucket's name ends in the account's number.
terraform {
  backend "s3" {
    bucket         = "brik-refunds-dev-state-111111111111"
    key            = "environment.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    kms_key_id     = "alias/brik-refunds-dev-state"
    dynamodb_table = "brik-refunds-dev-state-lock"
  }
}

# Bucket, key and lock table are given at init (-backend-config); see the README.
terraform {
  backend "s3" {
    encrypt = true
  }
}

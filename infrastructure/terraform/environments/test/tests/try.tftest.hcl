mock_provider "aws" {
  source = "../mocks/home"
}
mock_provider "aws" {
  alias  = "replica"
  source = "../mocks/replica"
}
mock_provider "aws" {
  alias  = "global"
  source = "../mocks/global"
}
run "applied" {
  command = apply
}

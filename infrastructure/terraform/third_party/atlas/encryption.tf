# Encryption at rest under our own KMS key, which Atlas uses by a role that it takes with our external id.

resource "mongodbatlas_cloud_provider_access_setup" "this" {
  project_id    = mongodbatlas_project.this.id
  provider_name = "AWS"
}

data "aws_iam_policy_document" "atlas_trust" {
  statement {
    sid     = "AtlasOfThisProject"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [mongodbatlas_cloud_provider_access_setup.this.aws_config[0].atlas_aws_account_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [mongodbatlas_cloud_provider_access_setup.this.aws_config[0].atlas_assumed_role_external_id]
    }
  }
}

data "aws_iam_policy_document" "atlas_key" {
  statement {
    sid       = "UseTheDataKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
    resources = [var.data_key_arn]
  }
}

# Another company's software takes this role: inside the boundary, as every role that is not AWS's own.
resource "aws_iam_role" "atlas" {
  name                 = "${var.name}-atlas"
  description          = "Atlas encrypts under our key"
  assume_role_policy   = data.aws_iam_policy_document.atlas_trust.json
  permissions_boundary = var.permissions_boundary_arn

  tags = merge(var.tags, { Name = "${var.name}-atlas" })
}

resource "aws_iam_role_policy" "atlas" {
  name   = "use-the-data-key"
  role   = aws_iam_role.atlas.id
  policy = data.aws_iam_policy_document.atlas_key.json
}

resource "mongodbatlas_cloud_provider_access_authorization" "this" {
  project_id = mongodbatlas_project.this.id
  role_id    = mongodbatlas_cloud_provider_access_setup.this.role_id

  aws {
    iam_assumed_role_arn = aws_iam_role.atlas.arn
  }

  depends_on = [aws_iam_role_policy.atlas]
}

resource "mongodbatlas_encryption_at_rest" "this" {
  project_id = mongodbatlas_project.this.id

  aws_kms_config {
    enabled                = true
    customer_master_key_id = var.data_key_arn
    region                 = upper(replace(var.aws_region, "-", "_"))
    role_id                = mongodbatlas_cloud_provider_access_authorization.this.role_id
  }
}

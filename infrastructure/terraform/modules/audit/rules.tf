# What Config holds every resource against: AWS's own rules, for what this product promises.

locals {
  rules = {
    audit-trail-on               = { identifier = "CLOUD_TRAIL_ENABLED" }
    audit-trail-encrypted        = { identifier = "CLOUD_TRAIL_ENCRYPTION_ENABLED" }
    audit-trail-validated        = { identifier = "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED" }
    bucket-encrypted             = { identifier = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED" }
    bucket-not-readable          = { identifier = "S3_BUCKET_PUBLIC_READ_PROHIBITED" }
    bucket-not-writable          = { identifier = "S3_BUCKET_PUBLIC_WRITE_PROHIBITED" }
    bucket-replicated            = { identifier = "S3_BUCKET_REPLICATION_ENABLED" }
    bucket-tls-only              = { identifier = "S3_BUCKET_SSL_REQUESTS_ONLY" }
    bucket-versioned             = { identifier = "S3_BUCKET_VERSIONING_ENABLED" }
    cache-in-several-zones       = { identifier = "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED" }
    cache-encrypted-in-transit   = { identifier = "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT" }
    default-group-closed         = { identifier = "VPC_DEFAULT_SECURITY_GROUP_CLOSED" }
    flows-logged                 = { identifier = "VPC_FLOW_LOGS_ENABLED" }
    image-scanned                = { identifier = "ECR_PRIVATE_IMAGE_SCANNING_ENABLED" }
    key-not-to-be-deleted        = { identifier = "KMS_CMK_NOT_SCHEDULED_FOR_DELETION" }
    key-renewed                  = { identifier = "CMK_BACKING_KEY_ROTATION_ENABLED" }
    load-balancer-tls-only       = { identifier = "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK" }
    log-kept-long-enough         = { identifier = "CW_LOGGROUP_RETENTION_PERIOD_CHECK", parameters = { MinRetentionTime = "30" } }
    policy-without-admin-rights  = { identifier = "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS" }
    root-without-keys            = { identifier = "IAM_ROOT_ACCESS_KEY_CHECK" }
    root-with-mfa                = { identifier = "ROOT_ACCOUNT_MFA_ENABLED" }
    task-does-not-write-its-root = { identifier = "ECS_CONTAINERS_READONLY_ACCESS" }
    task-without-privileges      = { identifier = "ECS_CONTAINERS_NONPRIVILEGED" }
    user-with-mfa                = { identifier = "IAM_USER_MFA_ENABLED" }
  }
}

resource "aws_config_config_rule" "this" {
  for_each = local.rules

  name             = "${var.name}-${each.key}"
  input_parameters = try(jsonencode(each.value.parameters), null)

  source {
    owner             = "AWS"
    source_identifier = each.value.identifier
  }

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })

  depends_on = [aws_config_configuration_recorder.this]
}

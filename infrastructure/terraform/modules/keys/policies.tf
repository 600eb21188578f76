# Who may do what with a key. KMS demands that the account itself may administer it, or else a mistake locks everybody
# out; the account's root principal means "whoever an IAM policy of this account allows". Use is narrower than that:
# only through the services of the purpose, so that a role's right to decrypt does not open stolen ciphertext, and by the
# roles named in the table.

locals {
  owner = "arn:${local.partition}:iam::${local.account}:root"

  administer = {
    Sid       = "Administer"
    Effect    = "Allow"
    Principal = { AWS = local.owner }
    Action = [
      "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
      "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
      "kms:ListAliases", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags",
      "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RetireGrant", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
      "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
      "kms:UpdatePrimaryRegion", "kms:UpdateReplicaRegion",
    ]
    Resource = "*"
  }

  # Place (home or replica) -> purpose -> policy: each region's services are known by its own names.
  key_policies = {
    for place, region in local.regions : place => {
      for purpose, key in local.purposes : purpose => jsonencode({
        Version = "2012-10-17"
        Statement = concat(
          [
            local.administer,
            {
              Sid       = "UseThroughServices"
              Effect    = "Allow"
              Principal = { AWS = local.owner }
              Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
              Resource  = "*"
              Condition = { StringEquals = { "kms:ViaService" = [for service in key.through : "${service}.${region}.amazonaws.com"] } }
            },
            {
              Sid       = "LetServicesKeepUsing"
              Effect    = "Allow"
              Principal = { AWS = local.owner }
              Action    = ["kms:CreateGrant"]
              Resource  = "*"
              Condition = {
                Bool         = { "kms:GrantIsForAWSResource" = "true" }
                StringEquals = { "kms:ViaService" = [for service in key.through : "${service}.${region}.amazonaws.com"] }
              }
            },
          ],
          [for service in local.services[purpose] : {
            Sid       = service.sid
            Effect    = "Allow"
            Principal = { Service = replace(service.principal, "{region}", region) }
            Action    = service.actions
            Resource  = "*"
            Condition = jsondecode(replace(jsonencode(service.condition), "{region}", region))
          }],
          [for role in lookup(local.roles, purpose, []) : {
            Sid       = role.sid
            Effect    = "Allow"
            Principal = { AWS = local.owner }
            Action    = role.actions
            Resource  = "*"
            Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:${local.partition}:iam::${local.account}:role/${role.name}" } }
          }],
        )
      })
    }
  }

  anchor_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.administer,
      {
        Sid       = "SealAndVerify"
        Effect    = "Allow"
        Principal = { AWS = local.owner }
        Action    = ["kms:DescribeKey", "kms:GenerateMac", "kms:VerifyMac"]
        Resource  = "*"
      },
    ]
  })
}

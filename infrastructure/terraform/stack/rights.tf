# What each service may do on AWS beyond reading its own secret. Nothing else: the tests ask for what is not here, too.

locals {
  queue_arns = module.queues.queue_arns

  send = { for queue, arn in local.queue_arns : queue => {
    sid       = "Send${title(queue)}"
    actions   = ["sqs:SendMessage"]
    resources = [arn]
  } }

  receive = { for queue, arn in local.queue_arns : queue => {
    sid       = "Receive${title(queue)}"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [arn]
  } }

  use_queue_key = {
    sid       = "UseKeyOfQueues"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.keys.key_arns["queues"]]
  }

  open_messages = {
    sid       = "OpenMessages"
    actions   = ["kms:Decrypt"]
    resources = [module.keys.key_arns["queues"]]
  }

  put_events = {
    sid       = "PutEvents"
    actions   = ["events:PutEvents"]
    resources = [module.events.bus_arn]
  }

  write_anchors = {
    sid       = "WriteAnchors"
    actions   = ["s3:PutObject"]
    resources = ["${local.anchors_arn}/*"]
  }

  # The chains go on from the last anchor: it is looked for among all versions, and its first one is read.
  find_anchors = {
    sid       = "FindAnchors"
    actions   = ["s3:ListBucketVersions"]
    resources = [module.storage.bucket_arns["audit"]]
    condition = { StringLike = { "s3:prefix" = ["anchors/*"] } }
  }

  read_anchors = {
    sid       = "ReadAnchors"
    actions   = ["s3:GetObjectVersion"]
    resources = ["${local.anchors_arn}/*"]
  }

  anchors_arn = "${module.storage.bucket_arns["audit"]}/anchors"

  use_anchors_key = {
    sid       = "UseKeyOfAnchors"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.keys.key_arns["audit"]]
  }

  seal_anchors = {
    sid       = "SealAnchors"
    actions   = ["kms:GenerateMac", "kms:VerifyMac"]
    resources = [module.keys.anchor_key_arn]
  }

  rights = {
    api                  = [local.send["review"], local.send["submit"], local.use_queue_key]
    request-manager      = [local.receive["review"], local.send["submit"], local.use_queue_key]
    gateway-integration  = [local.receive["submit"], local.open_messages]
    parameter-resolution = []
    reporting-engine = [
      local.put_events,
      local.write_anchors,
      local.find_anchors,
      local.read_anchors,
      local.use_anchors_key,
      local.seal_anchors,
    ]
  }
}

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
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
    resources = [arn]
  } }

  use_queue_key = {
    sid       = "UseKeyOfQueues"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.keys.key_arns["queues"]]
  }

  put_events = {
    sid       = "PutEvents"
    actions   = ["events:PutEvents"]
    resources = [module.events.bus_arn]
  }

  write_archive = {
    sid       = "WriteAnchorsAndReports"
    actions   = ["s3:PutObject"]
    resources = ["${module.storage.bucket_arns["audit"]}/anchors/*", "${module.storage.bucket_arns["reports"]}/*"]
  }

  use_archive_keys = {
    sid       = "UseKeysOfArchive"
    actions   = ["kms:GenerateDataKey"]
    resources = [module.keys.key_arns["audit"], module.keys.key_arns["data"]]
  }

  seal_anchors = {
    sid       = "SealAnchors"
    actions   = ["kms:GenerateMac"]
    resources = [module.keys.anchor_key_arn]
  }

  rights = {
    api                  = [local.send["review"], local.send["submit"], local.use_queue_key]
    request-manager      = [local.receive["review"], local.send["submit"], local.use_queue_key]
    gateway-integration  = [local.receive["submit"], local.send["review"], local.send["submit"], local.use_queue_key]
    parameter-resolution = []
    reporting-engine     = [local.put_events, local.write_archive, local.use_archive_keys, local.seal_anchors]
  }
}

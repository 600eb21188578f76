# Nobody talks to a queue without TLS, or from another account. Who may do what is said by the roles of the services.

data "aws_caller_identity" "this" {}

locals {
  all_queues = merge(
    { for key, queue in aws_sqs_queue.this : key => queue },
    { for key, queue in aws_sqs_queue.dead : "${key}-dead" => queue },
  )
}

resource "aws_sqs_queue_policy" "this" {
  for_each = toset(concat(keys(var.queues), [for key in keys(var.queues) : "${key}-dead"]))

  queue_url = local.all_queues[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.all_queues[each.key].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OnlyThisAccount"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.all_queues[each.key].arn
        Condition = { StringNotEquals = { "aws:PrincipalAccount" = data.aws_caller_identity.this.account_id } }
      },
    ]
  })
}

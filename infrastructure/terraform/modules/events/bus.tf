# The bus on which the reporting engine tells other systems what happened. Only the product speaks on it.

resource "aws_cloudwatch_event_bus" "this" {
  name               = var.name
  description        = "What happened to payments and refunds"
  kms_key_identifier = var.queues_key_arn

  # Events that cannot be encrypted or decrypted.
  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_cloudwatch_event_bus_policy" "this" {
  event_bus_name = aws_cloudwatch_event_bus.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyThisAccount"
        Effect    = "Deny"
        Principal = "*"
        Action    = "events:PutEvents"
        Resource  = aws_cloudwatch_event_bus.this.arn
        Condition = { StringNotEquals = { "aws:PrincipalAccount" = local.account } }
      },
      {
        Sid       = "OnlyTheProductsSource"
        Effect    = "Deny"
        Principal = "*"
        Action    = "events:PutEvents"
        Resource  = aws_cloudwatch_event_bus.this.arn
        Condition = { "ForAnyValue:StringNotEquals" = { "events:source" = local.source } }
      },
    ]
  })
}

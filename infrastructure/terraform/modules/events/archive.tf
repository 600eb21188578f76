# All events, to be replayed to listeners that were away or came later. EventBridge keeps it encrypted by its own key:
# the provider cannot name one yet. Events carry ids, amounts and codes, no person and no card.

resource "aws_cloudwatch_event_archive" "this" {
  name             = var.name
  description      = "All events of payments and refunds"
  event_source_arn = aws_cloudwatch_event_bus.this.arn
  event_pattern    = jsonencode({ source = [local.source] })
  retention_days   = var.archive_days
}

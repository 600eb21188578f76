# The team, its people, and who is on call when: a week each.

resource "pagerduty_team" "this" {
  name        = var.name
  description = "Those who keep refunds running"
}

resource "pagerduty_user" "person" {
  for_each = var.people

  email = each.key
  name  = each.value
}

resource "pagerduty_schedule" "weekly" {
  name        = "${var.name} weekly"
  description = "A week each"
  time_zone   = var.time_zone
  teams       = [pagerduty_team.this.id]

  layer {
    name                         = "weekly"
    start                        = var.turns_begin
    rotation_virtual_start       = var.turns_begin
    rotation_turn_length_seconds = 604800
    users                        = [for email in sort(keys(var.people)) : pagerduty_user.person[email].id]
  }
}

# Who is called, and who next: the person on call, then the lead; the whole twice more, for nobody may sleep through.

resource "pagerduty_escalation_policy" "this" {
  name        = var.name
  description = "On call, then the lead"
  num_loops   = 2
  teams       = [pagerduty_team.this.id]

  rule {
    escalation_delay_in_minutes = var.escalation_minutes

    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.weekly.id
    }
  }

  rule {
    escalation_delay_in_minutes = var.escalation_minutes

    target {
      type = "user_reference"
      id   = pagerduty_user.person[var.lead_email].id
    }
  }
}

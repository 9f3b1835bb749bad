# The collector: once an hour it asks every feed and stores the bytes under bronze/. It may add and read there, never delete.
#
# With `weather` on, the same run then keeps what Open-Meteo says of the stations' middle. It needs no more rights, and no weather costs no count.
#
# The rule's own event carries the moment it was scheduled for in `time`, so a retry stores the same hour, not the next.

module "collector" {
  source = "./function"

  name               = "${var.name}-collector"
  timeout_seconds    = 60
  memory_mb          = 256
  log_retention_days = var.log_retention_days

  environment = merge({
    LAKE_URL = local.lake_url
    SYSTEMS  = jsonencode(local.systems)
  }, var.weather == "off" ? {} : { WEATHER = var.weather })

  statements = [
    {
      Sid      = "KeepWhatTheFeedSays"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = [for path in local.bronze_paths : "${local.lake_arn}/${path}"]
    },
    {
      Sid       = "FindTheNewest"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [local.lake_arn]
      Condition = { StringLikeIfExists = { "s3:prefix" = local.bronze_paths } }
    },
  ]
}

resource "aws_cloudwatch_event_rule" "collect" {
  name                = "${var.name}-collect"
  description         = "Collects the feeds of ${join(", ", keys(local.systems))}."
  schedule_expression = var.collect_schedule
}

resource "aws_cloudwatch_event_target" "collect" {
  rule = aws_cloudwatch_event_rule.collect.name
  arn  = module.collector.arn

  retry_policy {
    maximum_event_age_in_seconds = 300
    maximum_retry_attempts       = 2
  }
}

resource "aws_lambda_permission" "collect" {
  statement_id  = "OnSchedule"
  action        = "lambda:InvokeFunction"
  function_name = module.collector.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.collect.arn
}

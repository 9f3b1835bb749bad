# The backfill: a list of hours in the lake, refined by many refiners at once, a batch of hours each.
#
# `velib silver --list --json` writes the list, `backfill/….json` in the lake holds it, and an execution with the input
# {"system": "velib", "hours": "backfill/….json"} works it off. Refining an hour again changes nothing, so a batch may be
# tried twice, and an execution repeated: hours that are done are passed over. A batch that fails stops no other; whether
# any failed is asked at the end, and then the execution fails too.

locals {
  backfill_name    = "${var.name}-backfill"
  backfill_results = "backfill/results"

  backfill_arns = {
    machine    = "arn:aws:states:${var.region}:${local.account}:stateMachine:${local.backfill_name}"
    executions = [for end in [":*", "/*"] : "arn:aws:states:${var.region}:${local.account}:execution:${local.backfill_name}${end}"]
    map_runs   = "arn:aws:states:${var.region}:${local.account}:mapRun:${local.backfill_name}/*"
  }

  # What the platform could not do at the moment is tried again soon and often; whatever else a batch failed with, twice.
  backfill_retry = [
    {
      ErrorEquals = [
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.ClientExecutionTimeoutException",
      ]
      IntervalSeconds = 1
      BackoffRate     = 2
      MaxDelaySeconds = 60
      MaxAttempts     = 10
      JitterStrategy  = "FULL"
    },
    {
      ErrorEquals     = ["States.ALL"]
      IntervalSeconds = 5
      BackoffRate     = 2
      MaxAttempts     = 2
      JitterStrategy  = "FULL"
    },
  ]
}

resource "aws_sfn_state_machine" "backfill" {
  name     = local.backfill_name
  role_arn = aws_iam_role.backfill.arn

  definition = jsonencode({
    Comment = "Refines a list of hours, many batches at once."
    StartAt = "RefineEveryHour"
    States = {
      RefineEveryHour = {
        Type  = "Map"
        Label = "Hours"
        ItemReader = {
          Resource     = "arn:aws:states:::s3:getObject"
          ReaderConfig = { InputType = "JSON" }
          Parameters   = { Bucket = local.lake_bucket, "Key.$" = "$.hours" }
        }
        ItemBatcher = {
          MaxItemsPerBatch = var.backfill_hours_per_batch
          BatchInput       = { "system.$" = "$.system" }
        }
        MaxConcurrency             = var.backfill_concurrency
        ToleratedFailurePercentage = 10
        ItemProcessor = {
          ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
          StartAt         = "RefineABatch"
          States = {
            RefineABatch = {
              Type     = "Task"
              Resource = "arn:aws:states:::lambda:invoke"
              Parameters = {
                FunctionName = module.silver.arn
                Payload      = { "system.$" = "$.BatchInput.system", "hours.$" = "$.Items" }
              }
              OutputPath = "$.Payload"
              Retry      = local.backfill_retry
              End        = true
            }
          }
        }
        ResultWriter = {
          Resource   = "arn:aws:states:::s3:putObject"
          Parameters = { Bucket = local.lake_bucket, Prefix = local.backfill_results }
        }
        Next = "CountFailures"
      }
      CountFailures = {
        Type           = "Task"
        Resource       = "arn:aws:states:::aws-sdk:sfn:describeMapRun"
        Parameters     = { "MapRunArn.$" = "$.MapRunArn" }
        ResultSelector = { "total.$" = "$.ItemCounts.Total", "failed.$" = "$.ItemCounts.Failed" }
        ResultPath     = "$.hours"
        Next           = "IsAnyLeft"
      }
      IsAnyLeft = {
        Type    = "Choice"
        Choices = [{ Variable = "$.hours.failed", NumericGreaterThan = 0, Next = "SomeHoursFailed" }]
        Default = "Refined"
      }
      SomeHoursFailed = {
        Type  = "Fail"
        Error = "HoursNotRefined"
        Cause = "some batches failed: ${local.backfill_results}/ in the lake names them; list the hours that are due and run this again"
      }
      Refined = { Type = "Succeed" }
    }
  })
}

resource "aws_iam_role" "backfill" {
  name = local.backfill_name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "backfill" {
  name = "backfill"
  role = aws_iam_role.backfill.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadTheList"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.lake_arn}/backfill/*"]
      },
      {
        Sid      = "WriteWhatBecameOfIt"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
        Resource = ["${local.lake_arn}/${local.backfill_results}/*"]
      },
      {
        Sid      = "RefineABatch"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [module.silver.arn]
      },
      {
        # A distributed map runs each batch as an execution of the machine itself.
        Sid      = "StartItself"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [local.backfill_arns.machine]
      },
      {
        Sid      = "FollowItsBatches"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution", "states:StopExecution"]
        Resource = local.backfill_arns.executions
      },
      {
        Sid      = "CountFailures"
        Effect   = "Allow"
        Action   = ["states:DescribeMapRun"]
        Resource = [local.backfill_arns.map_runs]
      },
    ]
  })
}

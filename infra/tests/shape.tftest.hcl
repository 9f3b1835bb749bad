# The shape, without AWS: what is planned is read back from the plan of a provider that exists only here.

mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.current
    values = { account_id = "123456789012" }
  }

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  override_resource {
    target          = module.silver.aws_lambda_function.this
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-3:123456789012:function:paris-pulse-silver" }
  }
}

variables {
  allowed_origins   = ["https://pulse.example.org"]
  github_repository = "paris-pulse/paris-pulse"
  model_image       = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/paris-pulse-inference:1"
}

run "every_function_is_arm64_rust_with_json_logs" {
  command = plan

  assert {
    condition = alltrue([for shape in [module.collector.shape, module.silver.shape, module.api.shape] :
      shape.architectures == tolist(["arm64"]) && shape.runtime == "provided.al2023" && shape.log_format == "JSON"
    ])
    error_message = "each function must be arm64 on provided.al2023 with JSON logs"
  }
}

run "each_program_is_told_what_it_reads" {
  command = plan

  assert {
    condition     = module.collector.shape.environment == tomap({ LAKE_URL = "s3://paris-pulse-lake-123456789012", SYSTEMS = jsonencode({ velib = var.discovery_url }) })
    error_message = "the collector reads LAKE_URL and SYSTEMS"
  }

  assert {
    condition     = sort(keys(module.silver.shape.environment)) == tolist(["LAKE_URL"])
    error_message = "the refiner reads LAKE_URL"
  }

  assert {
    condition     = sort(keys(module.api.shape.environment)) == tolist(["ALLOWED_ORIGINS", "DISCOVERY_URL", "FEED_SOURCE", "LAKE_URL", "MODEL_FILE", "SAGEMAKER_ENDPOINT", "SYSTEM_ID"])
    error_message = "the API reads seven variables"
  }

  assert {
    condition     = module.api.shape.environment["SAGEMAKER_ENDPOINT"] == aws_sagemaker_endpoint.forecast[0].name
    error_message = "the API must ask the endpoint that is made here"
  }
}

run "the_weather_is_collected_when_it_is_asked_for" {
  command = plan

  variables {
    weather = "open-meteo"
  }

  assert {
    condition     = module.collector.shape.environment["WEATHER"] == "open-meteo"
    error_message = "the collector is told which weather to collect"
  }
}

run "an_unknown_weather_is_refused" {
  command = plan

  variables {
    weather = "metar"
  }

  expect_failures = [var.weather]
}

run "no_function_may_do_more_than_it_does" {
  command = plan

  assert {
    condition = sort(distinct(flatten([for statement in module.collector.shape.statements : statement.Action]))) == tolist(
      ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
    )
    error_message = "the collector may add, read and list, never delete"
  }

  assert {
    condition = sort(distinct(flatten([for statement in module.api.shape.statements : statement.Action]))) == tolist(
      ["s3:GetObject", "s3:ListBucket", "s3:PutObject", "sagemaker:InvokeEndpoint"]
    )
    error_message = "the API may read, list, ask the model and add, never delete"
  }

  assert {
    condition = flatten([for statement in module.api.shape.statements : statement.Resource if contains(statement.Action, "s3:PutObject")]) == [
      "arn:aws:s3:::paris-pulse-lake-123456789012/forecast/system=velib/*"
    ]
    error_message = "the API writes the log of its forecasts only"
  }

  assert {
    condition = alltrue(flatten([
      for shape in [module.collector.shape, module.silver.shape, module.api.shape] : [
        for statement in shape.statements : [for resource in statement.Resource : resource != "*"]
      ]
    ]))
    error_message = "no statement of a function may name every resource"
  }

  assert {
    condition = alltrue(flatten([
      for statement in module.silver.shape.statements : [
        for resource in statement.Resource : strcontains(resource, ":::paris-pulse-lake-123456789012/silver/")
      ] if contains(statement.Action, "s3:PutObject")
    ]))
    error_message = "the refiner writes silver only"
  }
}

run "the_lake_is_private_and_kept" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.lake.versioning_configuration[0].status == "Enabled"
    error_message = "bronze is the only copy: the bucket must keep versions"
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.lake.restrict_public_buckets && aws_s3_bucket_public_access_block.lake.block_public_policy
    error_message = "nothing in the lake is public"
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.lake.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "the lake must refuse plain HTTP"
  }
}

run "only_new_documents_wake_the_refiner" {
  command = plan

  assert {
    condition     = aws_s3_bucket_notification.bronze.lambda_function[0].filter_prefix == "bronze/system=" && aws_s3_bucket_notification.bronze.lambda_function[0].filter_suffix == ".json.gz"
    error_message = "documents under bronze wake the refiner, rejected bodies do not"
  }
}

run "a_backfill_may_do_no_more_than_hand_out_hours" {
  command = plan

  assert {
    condition = sort(distinct(flatten([for statement in jsondecode(aws_iam_role_policy.backfill.policy).Statement : statement.Action]))) == tolist([
      "lambda:InvokeFunction",
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
      "states:DescribeExecution",
      "states:DescribeMapRun",
      "states:StartExecution",
      "states:StopExecution",
    ])
    error_message = "the backfill reads its list, invokes the refiner, follows its batches and writes what became of them"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.backfill.policy).Statement : [
        for resource in statement.Resource : strcontains(resource, ":::paris-pulse-lake-123456789012/backfill/")
      ] if anytrue([for action in statement.Action : startswith(action, "s3:")])
    ]))
    error_message = "the backfill touches nothing of the lake but its own folder"
  }
}

run "no_batch_is_given_up_at_once" {
  command = plan

  variables {
    backfill_hours_per_batch = 168
    backfill_concurrency     = 300
  }

  assert {
    condition = alltrue([
      jsondecode(aws_sfn_state_machine.backfill.definition).States.RefineEveryHour.ItemBatcher.MaxItemsPerBatch == 168,
      jsondecode(aws_sfn_state_machine.backfill.definition).States.RefineEveryHour.MaxConcurrency == 300,
      contains(local.backfill_retry[0].ErrorEquals, "Lambda.TooManyRequestsException"),
      alltrue([for retry in local.backfill_retry : retry.BackoffRate > 1 && retry.JitterStrategy == "FULL"]),
    ])
    error_message = "batches are as large and as many as asked for, and are tried again after growing waits"
  }
}

run "a_backfill_leaves_functions_to_new_documents" {
  command = plan

  variables {
    backfill_concurrency = 1000
  }

  expect_failures = [var.backfill_concurrency]
}

run "only_the_named_environment_may_deploy" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:paris-pulse/paris-pulse:environment:production"
    error_message = "one environment of one repository may deploy"
  }
}

run "the_first_apply_needs_no_image" {
  command = plan

  variables {
    model_image = null
  }

  assert {
    condition     = length(aws_sagemaker_endpoint.forecast) == 0
    error_message = "without an image there can be no endpoint"
  }
}

run "an_open_cors_rule_is_refused" {
  command = plan

  variables {
    allowed_origins = ["*"]
  }

  expect_failures = [var.allowed_origins]
}

run "a_key_outside_models_is_refused" {
  command = plan

  variables {
    model_data_key = "silver/model.tar.gz"
  }

  expect_failures = [var.model_data_key]
}

run "several_systems_share_one_deployment" {
  command = plan

  variables {
    systems = { velib = "https://velib.example.org/gbfs.json", oslo = "https://oslo.example.org/gbfs.json" }
  }

  assert {
    condition     = module.collector.shape.environment["SYSTEMS"] == jsonencode(var.systems)
    error_message = "the collector must be told every system"
  }

  assert {
    condition     = module.api.shape.environment["DISCOVERY_URL"] == "https://velib.example.org/gbfs.json"
    error_message = "the API serves the one of system_id"
  }

  assert {
    condition = toset(flatten([for statement in module.collector.shape.statements : statement.Resource if contains(statement.Action, "s3:PutObject")])) == toset([
      for id in ["velib", "oslo"] : "arn:aws:s3:::paris-pulse-lake-123456789012/bronze/system=${id}/*"
    ])
    error_message = "the collector writes bronze of its systems and nothing else"
  }

  assert {
    condition = alltrue([for id in ["velib", "oslo"] : contains(
      flatten([for statement in module.silver.shape.statements : statement.Resource if contains(statement.Action, "s3:PutObject")]),
      "arn:aws:s3:::paris-pulse-lake-123456789012/silver/*/system=${id}/*"
    )])
    error_message = "the refiner writes silver of every system"
  }
}

run "systems_without_the_one_that_is_served_are_refused" {
  command = plan

  variables {
    systems = { oslo = "https://oslo.example.org/gbfs.json" }
  }

  expect_failures = [var.systems]
}

run "the_schedule_may_be_every_minute" {
  command = plan

  variables {
    collect_schedule = "rate(1 minute)"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.collect.schedule_expression == "rate(1 minute)"
    error_message = "the cadence is configuration"
  }
}

run "a_schedule_that_is_no_expression_is_refused" {
  command = plan

  variables {
    collect_schedule = "hourly"
  }

  expect_failures = [var.collect_schedule]
}

"""What exists after one apply, asked of the services and not of Terraform."""

import json

from applied import Applied

BUCKET = "paris-pulse-lake-123456789012"

# Fields that moto accepts and does not give back, so that a second plan would set them again.
MOTO_FORGETS = {
    "aws_lambda_function.logging_config",
    "aws_sagemaker_endpoint_configuration.data_capture_config",
    "aws_sagemaker_endpoint_configuration.production_variants",
    "aws_sagemaker_model.primary_container",
    "aws_sagemaker_model.vpc_config",
}


def test_the_lake_keeps_versions_encrypts_and_is_closed(applied: Applied) -> None:
    s3 = applied.client("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert policy["Statement"][0]["Effect"] == "Deny"


def test_bronze_moves_to_cheaper_storage_and_is_never_expired(applied: Applied) -> None:
    rules = applied.client("s3").get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    by_id = {rule["ID"]: rule for rule in rules}
    assert by_id["bronze-is-rarely-read"]["Transitions"] == [{"Days": 30, "StorageClass": "STANDARD_IA"}]
    assert not any("Expiration" in rule for rule in rules)


def test_three_functions_hold_the_placeholder_on_arm64(applied: Applied) -> None:
    functions = applied.client("lambda").list_functions()["Functions"]
    assert {function["FunctionName"] for function in functions} == {
        "paris-pulse-collector",
        "paris-pulse-silver",
        "paris-pulse-api",
    }
    assert {(function["Runtime"], *function["Architectures"]) for function in functions} == {
        ("provided.al2023", "arm64")
    }


def test_the_schedule_wakes_the_collector_every_hour_with_its_own_event(applied: Applied) -> None:
    events = applied.client("events")
    assert events.describe_rule(Name="paris-pulse-collect")["ScheduleExpression"] == "cron(0 * * * ? *)"
    [target] = events.list_targets_by_rule(Rule="paris-pulse-collect")["Targets"]
    assert target["Arn"].endswith(":function:paris-pulse-collector")
    # Any input of our own would replace the event, and the scheduled moment in its `time` with it.
    assert not {"Input", "InputPath", "InputTransformer"} & target.keys()


def test_the_collector_is_told_every_system_and_may_write_under_each(applied: Applied) -> None:
    collector = applied.client("lambda").get_function_configuration(FunctionName="paris-pulse-collector")
    systems = json.loads(collector["Environment"]["Variables"]["SYSTEMS"])
    assert sorted(systems) == ["oslo", "velib"]
    policy = applied.client("iam").get_role_policy(RoleName="paris-pulse-collector", PolicyName="function")
    [keep] = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "KeepWhatTheFeedSays"]
    assert keep["Resource"] == [f"arn:aws:s3:::{BUCKET}/bronze/system={system}/*" for system in ("oslo", "velib")]


def test_only_new_documents_under_bronze_wake_the_refiner(applied: Applied) -> None:
    notification = applied.client("s3").get_bucket_notification_configuration(Bucket=BUCKET)
    [rule] = notification["LambdaFunctionConfigurations"]
    assert rule["LambdaFunctionArn"].endswith(":function:paris-pulse-silver")
    assert rule["Events"] == ["s3:ObjectCreated:*"]
    filters = {part["Name"].lower(): part["Value"] for part in rule["Filter"]["Key"]["FilterRules"]}
    assert filters == {"prefix": "bronze/system=", "suffix": ".json.gz"}


def test_the_function_url_lets_in_the_allowed_origins_only(applied: Applied) -> None:
    url = applied.client("lambda").get_function_url_config(FunctionName="paris-pulse-api")
    assert url["Cors"]["AllowOrigins"] == ["https://pulse.example.org"]
    assert url["AuthType"] == "NONE"


def test_the_endpoint_runs_the_image_with_the_trained_weights(applied: Applied) -> None:
    sagemaker = applied.client("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName="paris-pulse-forecast")
    configuration = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    [variant] = configuration["ProductionVariants"]
    assert variant["ServerlessConfig"]["MemorySizeInMB"] == 2048
    container = sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]
    assert container["Image"].endswith("/paris-pulse-inference:1")
    assert container["ModelDataUrl"] == f"s3://{BUCKET}/models/lstm/1/model.tar.gz"


def test_each_role_has_one_policy_of_its_own_and_none_of_amazons(applied: Applied) -> None:
    iam = applied.client("iam")
    roles = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    assert roles == {
        f"paris-pulse-{part}" for part in ("collector", "silver", "api", "inference", "deploy", "backfill")
    }
    for role in roles:
        assert len(iam.list_role_policies(RoleName=role)["PolicyNames"]) == 1
        assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []


def test_a_deploy_writes_the_model_in_service_and_nothing_else_of_the_lake(applied: Applied) -> None:
    policy = applied.client("iam").get_role_policy(RoleName="paris-pulse-deploy", PolicyName="deploy")
    allowed = {
        (action, resource)
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
        if action.startswith("s3:")
    }
    model, lake = f"arn:aws:s3:::{BUCKET}/models/lstm/1/model.tar.gz", f"arn:aws:s3:::{BUCKET}"
    assert allowed == {
        ("s3:GetObject", model),
        ("s3:PutObject", model),
        ("s3:GetObject", f"{lake}/silver/*/system=velib/*"),
        ("s3:ListBucket", lake),
    }


def test_every_log_has_an_end(applied: Applied) -> None:
    groups = applied.client("logs").describe_log_groups()["logGroups"]
    assert len(groups) == 4
    assert {group["retentionInDays"] for group in groups} == {30}


def test_a_second_plan_changes_nothing_that_was_kept(applied: Applied) -> None:
    assert applied.changes_of_a_second_plan() <= MOTO_FORGETS

"""What the extension adds to the emulator for keys, secrets, users and findings, as AWS would answer."""

from tests.infrastructure.support.emulator import REPLICA_REGION, Emulator


def test_cognito_idp_deletes_resource_servers(emulator: Emulator) -> None:
    client = emulator.client("cognito-idp")
    pool = client.create_user_pool(PoolName="one")["UserPool"]["Id"]
    client.create_resource_server(UserPoolId=pool, Identifier="refunds", Name="one", Scopes=[])

    client.delete_resource_server(UserPoolId=pool, Identifier="refunds")

    assert client.list_resource_servers(UserPoolId=pool, MaxResults=10)["ResourceServers"] == []


def test_guardduty_returns_the_features_asked_for(emulator: Emulator) -> None:
    client = emulator.client("guardduty")
    detector = client.create_detector(Enable=True)["DetectorId"]

    client.update_detector(DetectorId=detector, Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}])

    features = client.get_detector(DetectorId=detector)["Features"]
    assert ("S3_DATA_EVENTS", "ENABLED") in [(feature["Name"], feature["Status"]) for feature in features]


def test_kms_replica_of_an_hmac_key_leaves_the_primary_primary(emulator: Emulator) -> None:
    home, replica = emulator.client("kms"), emulator.client("kms", REPLICA_REGION)
    key = home.create_key(MultiRegion=True, KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")["KeyMetadata"]["KeyId"]
    home.replicate_key(KeyId=key, ReplicaRegion=REPLICA_REGION, Tags=[{"TagKey": "Name", "TagValue": "copy"}])
    seal = {"KeyId": key, "Message": b"head", "MacAlgorithm": "HMAC_SHA_256"}

    mac = home.generate_mac(**seal)["Mac"]

    kinds = [side.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"] for side in (home, replica)]
    assert [kind["MultiRegionKeyType"] for kind in kinds] == ["PRIMARY", "REPLICA"]
    assert home.verify_mac(Mac=mac, **seal)["MacValid"]


def test_secretsmanager_replica_names_its_key(emulator: Emulator) -> None:
    client = emulator.client("secretsmanager")
    replicas = [{"Region": REPLICA_REGION, "KmsKeyId": "alias/copy"}]

    client.create_secret(Name="one", SecretString="{}", AddReplicaRegions=replicas)

    (status,) = client.describe_secret(SecretId="one")["ReplicationStatus"]
    assert status["KmsKeyId"] == "alias/copy"


def test_securityhub_holds_the_account_to_standards(emulator: Emulator) -> None:
    client = emulator.client("securityhub")
    client.enable_security_hub(EnableDefaultStandards=False)
    arn = "arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1"
    made = client.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
    (subscription,) = [one["StandardsSubscriptionArn"] for one in made["StandardsSubscriptions"]]

    found = client.get_enabled_standards(StandardsSubscriptionArns=[subscription])["StandardsSubscriptions"]
    client.batch_disable_standards(StandardsSubscriptionArns=[subscription])

    assert [(one["StandardsArn"], one["StandardsStatus"]) for one in found] == [(arn, "READY")]
    assert client.get_enabled_standards()["StandardsSubscriptions"] == []

use local_servers::testing;

use crate::support::{TestApp, until};

const KEYS: &str = "
    INSERT INTO idempotency_keys SELECT gen_random_uuid(), 'old', '', gen_random_uuid(), now() - interval '25 hours'
    FROM generate_series(1, 2501);
    INSERT INTO idempotency_keys VALUES (gen_random_uuid(), 'new', '', gen_random_uuid(), now() - interval '23 hours')";

/// More than two batches.
#[tokio::test]
async fn keys_are_removed_a_day_after_they_were_used_and_counted() {
    let app = TestApp::start_after(KEYS, &[], &testing::redis_url()).await;
    until(async || app.count("idempotency_keys").await == 1).await;
    let kept: String =
        sqlx::query_scalar("SELECT key FROM idempotency_keys").fetch_one(&app.pool).await.unwrap();
    assert_eq!(kept, "new");
    let told = || {
        let metrics = format!("{:?}", app.recorder.metrics());
        metrics.contains("throughline.retention.deleted_rows") && metrics.contains("value: 2501")
    };
    until(async || told()).await;
    app.stop().await;
}

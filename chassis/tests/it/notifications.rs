use chassis::{
    Secret, Shutdown, database,
    notifications::{self, Notification},
};
use local_servers::testing::TestDatabase;
use sqlx::migrate::Migrator;
use tokio::sync::mpsc;

#[tokio::test]
async fn a_listener_hears_that_it_is_connected_and_then_what_is_sent_on_its_channels_only() {
    let database = TestDatabase::create(&Migrator::with_migrations(Vec::new())).await;
    let pool = database::pool(&Secret::new(database.url())).unwrap();
    let (heard, mut hears) = mpsc::unbounded_channel();
    let (shutdown, own) = (Shutdown::new(), pool.clone());
    let stop = shutdown.clone();
    let listening = telemetry::spawn(async move {
        let note = |notification: Notification<'_>| drop(heard.send(format!("{notification:?}")));
        notifications::listen(&own, &["orders"], note, &stop).await;
    });
    assert_eq!(hears.recv().await.unwrap(), "Missed");
    for (channel, payload) in [("others", "1"), ("orders", "2")] {
        let notify = sqlx::query("SELECT pg_notify($1, $2)").bind(channel).bind(payload);
        notify.execute(&pool).await.unwrap();
    }
    assert_eq!(hears.recv().await.unwrap(), r#"Sent { channel: "orders", payload: "2" }"#);
    shutdown.request();
    listening.await.unwrap();
}

//! Accounts as a customer sees them.

use serde_json::{Value, json};

use crate::{
    customer::{Customer, PASSWORD},
    system::System,
};

#[tokio::test]
async fn an_account_is_made_once_and_opened_with_its_password_only() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let me: Value = customer.get("/api/v1/users/me").send().await.unwrap().json().await.unwrap();
    assert_eq!((me["email"].as_str(), me["name"].as_str()), (Some(customer.email.as_str()), Some("Ada")));

    let users = format!("{}/api/v1/users", system.gateway);
    let account = json!({ "email": customer.email.to_uppercase(), "name": "Eve", "password": PASSWORD });
    let taken = customer.http.post(users).json(&account).send().await.unwrap();
    assert_eq!(taken.status(), 409);
    assert_eq!(taken.headers()["content-type"], "application/problem+json");

    let sessions = format!("{}/api/v1/sessions", system.gateway);
    let mut answers = Vec::new();
    for (email, password) in [(customer.email.as_str(), "wrong password"), ("nobody@example.com", PASSWORD)] {
        let credentials = json!({ "email": email, "password": password });
        let answer = customer.http.post(&sessions).json(&credentials).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        let mut problem: Value = answer.json().await.unwrap();
        problem["trace_id"].take();
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1], "nobody can tell whether the address or the password was wrong");
    assert!(!system.logs().contains(PASSWORD) && !system.logs().contains(&customer.token));
}

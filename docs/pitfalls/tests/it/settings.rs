//! What operators set, and code overrules.

use crate::pair::{Pair, Run};

#[test]
fn a_service_name_in_code_overrules_that_of_the_environment() {
    let observe = |run: &Run| {
        let name = run.received.resource("service.name").unwrap_or_default();
        format!("the service is called `{name}`")
    };
    Pair::of("17-name-in-code").with(&[("OTEL_SERVICE_NAME", "shop-berlin")]).shows(
        observe,
        "the service is called `shop`",
        "the service is called `shop-berlin`",
    );
}

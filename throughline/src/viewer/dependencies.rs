//! Who calls whom: counted from parents and children that are of different services.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Store;

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    parent: String,
    child: String,
    call_count: u64,
}

pub(super) fn of(store: &Store) -> Vec<Dependency> {
    let mut calls: BTreeMap<(String, String), u64> = BTreeMap::new();
    for trace in store.traces() {
        let services: HashMap<&[u8], &str> =
            trace.spans.iter().map(|span| (span.span.span_id.as_slice(), span.service())).collect();
        for span in &trace.spans {
            if let Some(parent) = services.get(span.span.parent_span_id.as_slice())
                && *parent != span.service()
            {
                *calls.entry(((*parent).to_owned(), span.service().to_owned())).or_default() += 1;
            }
        }
    }
    calls.into_iter().map(|((parent, child), call_count)| Dependency { parent, child, call_count }).collect()
}

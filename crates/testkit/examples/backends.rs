//! Prints which backends tests run on here, and which not; `scripts/test` ends with it.

use seadrift_testkit::{Backend, version};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for backend in Backend::ALL {
        if let Some(version) = version(backend).await {
            println!("tested: {version}");
        }
    }
}

#[test]
fn smoke() {
    let folders = std::env::var("SMOKE").unwrap_or_default();
    for folder in folders.split_whitespace() {
        let (version, folder) = folder.split_once(':').unwrap();
        let version = match version {
            "0" => crate::source::SeaOrmVersion::V0_12,
            "1" => crate::source::SeaOrmVersion::V1,
            _ => crate::source::SeaOrmVersion::V2,
        };
        let options = crate::source::Options {
            version,
            ..Default::default()
        };
        println!("== {folder}");
        let start = std::time::Instant::now();
        match crate::source::read(&[folder.into()], &options) {
            Ok(source) => {
                println!(
                    "{} entities in {:?}",
                    source.entities().count(),
                    start.elapsed()
                );
                for warning in &source.warnings {
                    println!("W {warning}");
                }
                for dialect in [
                    seadrift_schema::Dialect::Postgres,
                    seadrift_schema::Dialect::MySql,
                    seadrift_schema::Dialect::Sqlite,
                ] {
                    match source.read(dialect) {
                        Ok((_, warnings)) => {
                            for warning in warnings {
                                println!("W {warning}");
                            }
                        }
                        Err(error) => println!("E {error}"),
                    }
                }
            }
            Err(errors) => println!("{} errors\n{errors}\n", errors.all.len()),
        }
    }
}

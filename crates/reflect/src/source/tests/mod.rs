//! Sources as strings, and what is read of them.

#[test]
fn smoke() {
    let folders = std::env::var("SMOKE").unwrap();
    let version = match std::env::var("SMOKE_V").as_deref() {
        Ok("0") => super::SeaOrmVersion::V0_12,
        Ok("1") => super::SeaOrmVersion::V1,
        _ => super::SeaOrmVersion::V2,
    };
    let options = super::Options {
        version,
        ..Default::default()
    };
    for folder in folders.split(':') {
        println!("== {folder}");
        match super::read(&[folder.into()], &options) {
            Ok(source) => {
                for warning in &source.warnings {
                    println!("W {warning}");
                }
                println!("{} entities", source.entities().count());
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
            Err(errors) => {
                println!("{errors}\n");
            }
        }
    }
}

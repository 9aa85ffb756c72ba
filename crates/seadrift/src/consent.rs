//! What is not done without being meant.

use std::io::{self, IsTerminal};

use inquire::{Confirm, InquireError};

use crate::{Context, Error, database::Url};

/// Whether it is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Consent {
    /// Do not ask whether it is meant
    #[arg(long, short)]
    yes: bool,
}

impl Consent {
    /// Asks whether to do `what` to the database of the command line, unless that was said already. Without a terminal,
    /// it has to be said.
    pub(crate) fn to(&self, context: &Context, what: &str) -> Result<(), Error> {
        let url = Url::of(context)?;
        if self.yes {
            return Ok(());
        }
        let what = format!("{what} of `{}`", url.shown());
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(Error::NotMeant(what));
        }
        let question = format!("Do you want to {what}?");
        match Confirm::new(&question).with_default(false).prompt() {
            Ok(true) => Ok(()),
            Ok(false)
            | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                Err(Error::NotMeant(what))
            }
            Err(other) => Err(Error::Terminal(other.to_string())),
        }
    }
}

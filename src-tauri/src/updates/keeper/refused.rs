//! A package that would be refused again however often it is fetched.

use squelch_core::problem::Problem;

use super::find::Found;

/// Which it was, and why. The version with another signature is another package.
pub(super) struct Refused {
    version: String,
    signature: String,
    problem: Problem,
}

impl Refused {
    /// What was found was refused for good.
    pub(super) fn of(found: &Found, problem: &Problem) -> Self {
        let (version, signature) = (found.release.version.clone(), found.update.signature.clone());
        Self { version, signature, problem: problem.clone() }
    }

    /// Why, if it is this one.
    pub(super) fn problem_of(&self, found: &Found) -> Option<&Problem> {
        let same = (&self.version, &self.signature) == (&found.release.version, &found.update.signature);
        same.then_some(&self.problem)
    }
}

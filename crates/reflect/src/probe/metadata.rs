//! What cargo knows of the project.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Error, cargo};
use crate::source::Cfg;

/// The package of entities, as its project uses it.
#[derive(Debug)]
pub(super) struct Project {
    /// Its name.
    pub name: String,
    /// Its folder, without symbolic links.
    pub folder: PathBuf,
    /// Its features that are on when the whole project is built.
    pub features: BTreeSet<String>,
    /// The folder of its workspace.
    pub workspace: PathBuf,
    /// The manifests of the workspace, which say which features are on.
    pub manifests: Vec<PathBuf>,
}

/// What `cargo metadata` prints, as far as it is needed.
#[derive(Deserialize)]
pub(super) struct Metadata {
    pub packages: Vec<Package>,
    workspace_root: PathBuf,
    workspace_members: Vec<String>,
    resolve: Option<Resolve>,
}

#[derive(Deserialize)]
pub(super) struct Package {
    id: String,
    name: String,
    version: String,
    pub manifest_path: PathBuf,
    /// Where it is from; nowhere if it is here.
    pub source: Option<String>,
    targets: Vec<Target>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    features: Vec<String>,
    dependencies: Vec<String>,
}

impl Project {
    /// The package in `folder`. Its `Cargo.lock` has to be there and is not touched.
    pub(super) fn of(
        folder: &Path,
        compiler: &cargo::Compiler,
        conditions: &Cfg,
    ) -> Result<Self, Error> {
        let manifest = folder.join("Cargo.toml");
        let metadata = cargo::metadata(&manifest, folder, &compiler.host, &["--locked"])?;
        let package = metadata.packages.iter().find(|package| {
            let path = package.manifest_path.canonicalize();
            path.is_ok_and(|path| path == manifest)
        });
        let package = package.ok_or_else(|| Error::NoSuchPackage(folder.to_owned()))?;
        let name = package.name.clone();
        if !package.has_library() {
            return Err(Error::NoLibrary { package: name });
        }
        let nodes = metadata.resolve.as_ref().map(|resolve| &resolve.nodes);
        let node = nodes
            .into_iter()
            .flatten()
            .find(|node| node.id == package.id);
        let node = node.ok_or_else(|| Error::NoSuchPackage(folder.to_owned()))?;
        metadata.check_version(&name, node)?;
        let said = said_features(conditions);
        let on = said.unwrap_or_else(|| node.features.iter().cloned().collect());
        let members = metadata.packages.iter();
        let members = members.filter(|package| metadata.workspace_members.contains(&package.id));
        Ok(Self {
            name,
            folder: folder.to_owned(),
            features: on
                .into_iter()
                .filter(|feature| package.features.contains_key(feature))
                .collect(),
            manifests: members
                .map(|package| package.manifest_path.clone())
                .collect(),
            workspace: metadata.workspace_root,
        })
    }
}

impl Metadata {
    fn check_version(&self, package: &str, node: &Node) -> Result<(), Error> {
        let direct = |of: &&Package| node.dependencies.contains(&of.id);
        let all = || self.packages.iter().filter(|of| of.name == "sea-orm");
        let found = all().find(direct).or_else(|| all().next());
        let Some(found) = found else {
            return Err(Error::NoSeaOrm {
                package: package.to_owned(),
            });
        };
        if found.version.starts_with("2.0.") {
            return Ok(());
        }
        Err(Error::Version {
            package: Some(package.to_owned()),
            version: found.version.clone(),
        })
    }
}

impl Package {
    fn has_library(&self) -> bool {
        let mut kinds = self.targets.iter().flat_map(|target| &target.kind);
        kinds.any(|kind| ["lib", "rlib", "dylib"].contains(&kind.as_str()))
    }
}

/// The features among the conditions that somebody said hold.
fn said_features(conditions: &Cfg) -> Option<BTreeSet<String>> {
    let Cfg::Only(conditions) = conditions else {
        return None;
    };
    let features = conditions.iter().filter_map(|condition| {
        let feature = condition.strip_prefix("feature=\"")?.strip_suffix('"')?;
        Some(feature.to_owned())
    });
    Some(features.collect())
}

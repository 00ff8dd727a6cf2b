//! Bearer tokens: read from a file, or made on the first start.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// File in the data folder that holds the token made on the first start.
const FILE: &str = "token";
/// Shortest token that is taken from a file.
const SHORTEST: usize = 16;

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A file could not be read or written.
    #[error("token file {path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// Others may read it.
    #[error(
        "token file {path} can be read by others (mode {mode:o}); take their rights away: chmod 600 {path}"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A token that can be guessed, or none.
    #[error("token file {0} must hold a token of at least {SHORTEST} characters on each line")]
    Weak(PathBuf),
}

/// The tokens that are let in; only their hashes are kept.
#[derive(Clone, Default)]
pub struct Tokens(Vec<[u8; 32]>);

impl Tokens {
    /// Tokens given in code, for tests.
    pub fn of(tokens: &[&str]) -> Self {
        Self(tokens.iter().map(|token| hash(token)).collect())
    }

    /// The tokens of a file, one a line.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let fault = |error: std::io::Error| TokenError::File {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let mode = fs::metadata(path).map_err(fault)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(TokenError::Open {
                path: path.to_owned(),
                mode,
            });
        }
        let text = fs::read_to_string(path).map_err(fault)?;
        let tokens: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        if tokens.is_empty() || tokens.iter().any(|token| token.len() < SHORTEST) {
            return Err(TokenError::Weak(path.to_owned()));
        }
        Ok(Self::of(&tokens))
    }

    /// The token of the data folder, when there is one.
    pub fn stored(folder: &Path) -> Result<Option<Self>, TokenError> {
        let path = folder.join(FILE);
        if path.exists() {
            Self::read(&path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The token of the data folder, made when there is none. A new one is answered too, to be shown once.
    pub fn stored_or_made(folder: &Path) -> Result<(Self, Option<String>), TokenError> {
        if let Some(tokens) = Self::stored(folder)? {
            return Ok((tokens, None));
        }
        let path = folder.join(FILE);
        let fault = |error: std::io::Error| TokenError::File {
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes)
            .map_err(|_| fault(std::io::Error::other("no random numbers")))?;
        let token = format!("kmt_{}", URL_SAFE_NO_PAD.encode(bytes));
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(fault)?;
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        file.and_then(|mut file| writeln!(file, "{token}"))
            .map_err(fault)?;
        Ok((Self::of(&[&token]), Some(token)))
    }

    /// Whether the token is one of these. Takes the same time for every token.
    pub(super) fn hold(&self, token: &str) -> bool {
        let given = hash(token);
        self.0.iter().fold(false, |found, known| {
            found | verify_slices_are_equal(known, &given).is_ok()
        })
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

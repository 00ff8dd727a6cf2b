//! Addresses of requests; every part is escaped.

use reqwest::Url;

/// A path below `/api/v1` with its query.
#[derive(Debug, Clone, Default)]
pub struct Route {
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    outside: bool,
}

impl Route {
    /// The path of these parts. A part that holds a `/` stays one part.
    pub fn new<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            segments: segments.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// A path beside the API, `/readyz`.
    pub fn outside(path: &str) -> Self {
        Self {
            outside: true,
            ..Self::new([path])
        }
    }

    /// `/applications/{id}/…`.
    pub fn application<'a>(id: &'a str, rest: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(["applications", id].into_iter().chain(rest))
    }

    /// `/workflow/tasks/{id}/…`.
    pub fn task<'a>(id: &'a str, rest: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(["workflow", "tasks", id].into_iter().chain(rest))
    }

    /// Adds a parameter.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Adds a parameter when there is a value.
    pub fn with_some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds `name=true` when it is.
    pub fn with_flag(self, name: &'static str, value: bool) -> Self {
        if value { self.with(name, true) } else { self }
    }

    /// The whole address. `None` for a base that can have no path.
    pub fn on(&self, base: &Url) -> Option<Url> {
        let mut url = base.clone();
        {
            let mut path = url.path_segments_mut().ok()?;
            path.pop_if_empty();
            if !self.outside {
                path.extend(["api", "v1"]);
            }
            path.extend(&self.segments);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn parts_cannot_leave_their_place() {
        let base = "http://127.0.0.1:8080/kubemin/".parse().unwrap();
        let of = |route: Route| route.on(&base).unwrap().to_string();
        assert_eq!(
            of(Route::application("a/../b?c", ["status"])),
            "http://127.0.0.1:8080/kubemin/api/v1/applications/a%2F..%2Fb%3Fc/status"
        );
        assert_eq!(
            of(Route::new(["applications"])
                .with("name", "a&b")
                .with_flag("force", false)),
            "http://127.0.0.1:8080/kubemin/api/v1/applications?name=a%26b"
        );
        assert_eq!(
            of(Route::outside("readyz")),
            "http://127.0.0.1:8080/kubemin/readyz"
        );
    }
}

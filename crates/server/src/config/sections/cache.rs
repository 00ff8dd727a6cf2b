//! Section `cache`, which names the Redis server too (seed 000, 生产环境配置（Redis 模式）).

use std::path::PathBuf;
use std::time::Duration;

use crate::config::choices::CacheType;
use crate::config::form::Secret;
use crate::config::section::section;
use crate::config::setting::{Effective, Secrecy, Setting};

const REDIS: Effective = Effective::Redis;

section! {
    /// Redis: the queue's server, and the cache.
    Cache {
        /// Host of the Redis server.
        host: String = Setting::new("cache.cacheHost", "cache-host", "localhost").only_with(REDIS);
        /// Port of the Redis server.
        port: u16 = Setting::new("cache.cachePort", "cache-port", "6379").positive().only_with(REDIS).also(&["cache.cacheProt"]);
        /// Where cached answers are kept.
        r#type: CacheType = Setting::new("cache.cacheType", "cache-type", "redis").only_with(REDIS);
        /// Number of the Redis database.
        db: u32 = Setting::new("cache.cacheDB", "cache-db", "0").only_with(REDIS);
        /// How long a cached answer is kept.
        ttl: Duration = Setting::new("cache.cacheTTL", "cache-ttl", "24h").positive().only_with(REDIS);
        /// Beginning of every cache key.
        key_prefix: String = Setting::new("cache.keyPrefix", "cache-prefix", "kubemin:cache:").only_with(REDIS);
        /// Redis user; unset means the default user.
        username: Option<String> = Setting::new("cache.cacheUsername", "cache-username", "").only_with(REDIS);
        /// File with the Redis password.
        password_file: Option<PathBuf> = Setting::new("cache.cachePasswordFile", "cache-password-file", "").only_with(REDIS);
        /// Redis password.
        password: Option<Secret> = Setting::new("cache.cachePassword", "cache-password", "").only_with(REDIS).secret(Secrecy::Hidden);
        /// Talk to Redis over TLS.
        tls: bool = Setting::new("cache.cacheTls", "cache-tls", "false").only_with(REDIS);
    }
}

//! Settings that take one of a few words.

use super::form::Form;
use super::setting::Kind;

macro_rules! choice {
    ($(#[$about:meta])+ $name:ident { $($(#[$help:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])+
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$help])+ $variant),+ }

        impl $name {
            /// The word of this choice.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl Form for $name {
            const KIND: Kind = Kind::Choice;
            const CHOICES: &'static [&'static str] = &[$($word),+];

            fn of_text(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("{text:?} is none of {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}

choice! {
    /// Queue that wakes the workers (seed 000, 消息队列选型建议).
    MessageType {
        /// One process, no queue.
        #[default]
        Noop = "noop",
        /// Redis Streams.
        Redis = "redis",
        /// Kafka.
        Kafka = "kafka",
    }
}

choice! {
    /// Where a new Kafka consumer group begins.
    OffsetReset {
        /// With the oldest message.
        #[default]
        Earliest = "earliest",
        /// With the next message.
        Latest = "latest",
    }
}

choice! {
    /// How the server proves to Kafka who it is.
    KafkaSaslMechanism {
        /// Name and password in clear text; use TLS.
        #[default]
        Plain = "plain",
        /// SCRAM with SHA-256.
        ScramSha256 = "scram-sha-256",
        /// SCRAM with SHA-512.
        ScramSha512 = "scram-sha-512",
    }
}

choice! {
    /// Where cached answers are kept.
    CacheType {
        /// In Redis, shared by all replicas.
        #[default]
        Redis = "redis",
        /// In the memory of each replica.
        Memory = "memory",
    }
}

choice! {
    /// What the youngest instance of an even number of replicas does (app-plane §5).
    ReplicaParity {
        /// It stays up, serves reads and takes no work.
        #[default]
        Standby = "standby",
        /// It exits.
        Exit = "exit",
        /// It works like the others.
        Off = "off",
    }
}

choice! {
    /// Form of a log line.
    LogFormat {
        /// For people.
        #[default]
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

choice! {
    /// Who offers GPUs to pods (app-plane §2; decision 21).
    GpuPlatform {
        /// The NVIDIA device plugin.
        #[default]
        Nvidia = "nvidia",
        /// HAMi.
        Hami = "hami",
        /// Volcano vGPU.
        Volcano = "volcano",
        /// Aliyun gpushare.
        Aliyun = "aliyun",
    }
}

choice! {
    /// Unit of the extended resource for GPU memory.
    GpuUnit {
        /// 2²⁰ bytes.
        #[default]
        MiB = "MiB",
        /// 2³⁰ bytes.
        GiB = "GiB",
    }
}

//! A section of the settings: its struct and its rows of the table from one description, so that they cannot differ.

/// Makes a struct with a `TABLE` of settings and a `read` that takes the values in the table's order.
macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident {
        $($(#[doc = $help:literal])+ $field:ident: $type:ty = $setting:expr;)+
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[doc = $help])+ pub $field: $type,)+
        }

        impl $name {
            pub(in crate::config) const ABOUT: &'static str = concat!($($about),+);
            pub(in crate::config) const TABLE: &'static [$crate::config::setting::Setting] = &[$(
                $setting.described(concat!($($help),+)).formed(
                    <$type as $crate::config::form::Form>::KIND,
                    <$type as $crate::config::form::Form>::CHOICES,
                )
            ),+];

            pub(in crate::config) fn read(values: &mut $crate::config::resolve::Reader<'_>) -> Self {
                Self { $($field: values.next(),)+ }
            }
        }
    };
}

pub(super) use section;

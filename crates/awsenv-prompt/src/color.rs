//! The colours that a guard may give a profile.

/// One of the colours that every terminal has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Color {
    /// For where one must be careful.
    Red,
    /// For where one should be.
    Yellow,
    /// For where nothing can happen.
    Green,
    /// One of the others.
    Blue,
    /// One of the others.
    Magenta,
    /// One of the others.
    Cyan,
    /// One of the others.
    White,
}

impl Color {
    /// Every colour.
    pub const ALL: [Self; 7] = [Self::Red, Self::Yellow, Self::Green, Self::Blue, Self::Magenta, Self::Cyan, Self::White];

    /// The name in the settings file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Magenta => "magenta",
            Self::Cyan => "cyan",
            Self::White => "white",
        }
    }

    /// Finds a colour by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.name() == name)
    }

    /// The parameters of the terminal's escape sequence, in bold.
    pub const fn sgr(self) -> &'static str {
        match self {
            Self::Red => "1;31",
            Self::Yellow => "1;33",
            Self::Green => "1;32",
            Self::Blue => "1;34",
            Self::Magenta => "1;35",
            Self::Cyan => "1;36",
            Self::White => "1;37",
        }
    }

    /// A character of this colour, for where escape sequences would be taken for text.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Red => "\u{1f534}",
            Self::Yellow => "\u{1f7e1}",
            Self::Green => "\u{1f7e2}",
            Self::Blue => "\u{1f535}",
            Self::Magenta => "\u{1f7e3}",
            Self::Cyan => "\u{1f539}",
            Self::White => "\u{26aa}",
        }
    }
}

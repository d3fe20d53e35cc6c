//! Values that break careless quoting, each found by somebody.

/// Values that must survive every way through every shell.
pub(crate) const HOSTILE: &[&[u8]] = &[
    b"",
    b"a b",
    b"a  b",
    b" lead",
    b"trail ",
    b"it's",
    b"dq\"x",
    b"back\\slash",
    b"trail\\",
    b"\\'",
    b"a\\\\b",
    b"$HOME `id` $(id)",
    b"in\nner",
    b"trail\n",
    b"\n",
    b"tab\tx",
    b"!hist!x",
    "é♀".as_bytes(),
    b"\x80\xff",
    b"*?[x]",
    b"~",
    b"-n",
    b"=ls",
    b"a=b:c",
    b"#x",
    b"cr\r\nlf",
    b"\x01\x1b[31m",
    "‘smart’ ‚x‛".as_bytes(),
    "“dq”".as_bytes(),
    b"%PATH%",
    b"^&|<>",
    b"{a,b}",
    b"'''",
    b"''",
    b"\\\\'",
    b"x\\\ny",
    b"'\\\n'",
    b"%n%s",
    b"a;b",
    b"(x)",
    b"@(1)",
    b"x' 'y",
];

/// Values that were not in the list when the shells were measured with it.
pub(crate) const MORE: &[&[u8]] =
    &[b"\\!", b"!", b"\\\n", b"\\", b"\x7f", b"1\x012", "\u{85}x".as_bytes(), b"-e x", b"--", b"$'x'"];

/// Returns `count` values of arbitrary bytes without NUL, the same ones each time.
pub(crate) fn arbitrary(count: usize) -> Vec<Vec<u8>> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let special = b"'\"\\ \n\t!$`#%&*~;<>|(){}[]=-\x80\xc3\xa9\x1b";
    (0..count)
        .map(|_| {
            (0..next() % 12)
                .map(|_| match next() % 3 {
                    0 => u8::try_from(next() % 255 + 1).unwrap(),
                    _ => special[usize::try_from(next() % 32).unwrap() % special.len()],
                })
                // The separator of the tests.
                .map(|byte| if byte == 0x1e { b'x' } else { byte })
                .collect()
        })
        .collect()
}

/** A key of tests alone and its certificate for hooks.example.test, good for a hundred years; nobody trusts it who is not told to. */
export const TEST_CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglmYVe2jeWlVxjCCu
gWoGEGukB/JgMKJPCwRoumzaliuhRANCAAQ4KbiCzkZIxZo/RCvIbKqTwAo4dyGm
EBdPSTe0y/ocPF++ci8nxlhpZioISKLnjD5WH5GZDA7uPalUkC3W656E
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBsTCCAVagAwIBAgIULhZgcbs9btMxjnJ55qQzncPuOc0wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSaG9va3MuZXhhbXBsZS50ZXN0MCAXDTI2MTEyMzEyNTM1N1oY
DzIxMjYxMDMwMTI1MzU3WjAdMRswGQYDVQQDDBJob29rcy5leGFtcGxlLnRlc3Qw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ4KbiCzkZIxZo/RCvIbKqTwAo4dyGm
EBdPSTe0y/ocPF++ci8nxlhpZioISKLnjD5WH5GZDA7uPalUkC3W656Eo3IwcDAd
BgNVHQ4EFgQU2pc9+lTOKmk13huXYQP3gHYEVM8wHwYDVR0jBBgwFoAU2pc9+lTO
Kmk13huXYQP3gHYEVM8wDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAUghJob29r
cy5leGFtcGxlLnRlc3QwCgYIKoZIzj0EAwIDSQAwRgIhAPxvTcsuTDr3puxglxbD
7HPZmu8M+dGu/w0YM0S7lmQFAiEAjhC3rBowYaP+E7ry7rn/hyXVfw7+zreqW0/Y
224qsw8=
-----END CERTIFICATE-----
`,
} as const

/**
 * Certificate and key of `localhost` that nobody has signed, good until 2126: for tests of what does not trust it. The
 * key is no secret, since it opens nothing.
 */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ2tDpLlYxxwM25DV
T559tol8neAaXPus1k5STBKSEGqhRANCAARhANMs9iZKEaj9d/yx1Loq33oIjWjP
tCZxpx3Gx+dYLVUsp0mrUPDYXab/DxstBZwcnvF+Q4jjwaoM0V+Szw+b
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUJ6jOVL2vqCvFLGNJVVglnxnDS9swCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjAyMTI1NloYDzIxMjYxMTAy
MDIxMjU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARhANMs9iZKEaj9d/yx1Loq33oIjWjPtCZxpx3Gx+dYLVUsp0mrUPDY
Xab/DxstBZwcnvF+Q4jjwaoM0V+Szw+bo28wbTAdBgNVHQ4EFgQUeKDUP4cvSD36
FP86LXl2CfhPO5YwHwYDVR0jBBgwFoAUeKDUP4cvSD36FP86LXl2CfhPO5YwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAOnQU70wfvMRzqa1fyu2EJUsyYF+vgz/uF1onYeHFrcOAiAz
mX7QOS5aHVZPZwk1OLR3Jxk+sT9WK+VX2xszrMkSPA==
-----END CERTIFICATE-----
`,
};

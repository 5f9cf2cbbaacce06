//! Keys made for these tests; they protect nothing. DER in base64.

/// ES256, PKCS#8.
pub const EC: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHSX7FAVHj5KvdFPkFrW+RAE2JL3YVk4/u8AbG5jr\
    aOqhRANCAAQtTXD1U/C7olFZeQPwRlNKQRQY9/0MITeErdKiSLVaLcJJSGjvd0QaHj5MUiFnT8KktdmMK1s6Hbad\
    +v/yiDnm";

/// Another ES256 key: that of a stranger, or the next one of the issuer.
pub const OTHER_EC: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKWLKvH+VSET0ZbnAjWX4hpFCPZ3Kfc3wo6wbAXO4\
    gaehRANCAAQBIC03xmJtJypEoLQCHYBP0b1drMxcasP2jjbeICYNjPln1d0KH1mxNmjgR6LBBYv9yGTXtGiKwDkV\
    XwHjxFhN";

/// EdDSA (Ed25519), PKCS#8.
pub const ED: &str = "MC4CAQAwBQYDK2VwBCIEICd43gqNNBbmypWxBGWOiokiMoxvxdfdEAiffUu4Ne4v";

/// RS256 with 2048 bits, PKCS#1.
pub const RSA: &str = "\
    MIIEpAIBAAKCAQEAoPnl4cdcBdoWFTyPg641Z2cFLeitDX0EAI2gOMQx/0gjRXAzEoY1RhqxbL9IPXq94LRnq3z4\
    5HC2q+OiuWoefM4JxT1iFL85QJrErIKNhJqrsHfXIS4KRkju+GBhUd7URTDI6s6/s/MIqxrE+Q3eGwKZq7Bv0+6X\
    BDWYxdqE5Fh3Cd1AX7MJ8wVbwhrQFOjMdfNfI8O7O6vxZDh/PEAWrS1aNR+rLd6JDkXqIVUvcf6GhtnItcQb7i9f\
    Ny+Fz2GG41PlSIfg7IJoCciLSXURPuZ6RBfg7pJZnJxdkzQW4kqQm4ZNWjDl6Tx/oyNOKtxRnKqJ7YszknhEGYc8\
    8AWhRwIDAQABAoIBABlxdia6Am8AWeYwZMSc5974lwZ7FMMhg9zshasDQ53EUqLaiY//e3Mhq/Jyx2HEQTe/e/VM\
    cvB0akL/30vsHHaAgGXW/mYmFVADRlu35NNVORbS0kNxyfjy9SZ34Vn13No0zETkucMhAjk9KW3uBbGCNzS+VeaK\
    +v6U1BlNoRyQKJVYzNbyO6UN3VzbBykI4kbrnpsLLVdLlUV/rw7qXrkINg3YTp2xIVYEH3ZjIwDGlT9nKcU3lbdQ\
    w3yNPlRL3AZL9PT99udN5bxtASyZ0Hw6dZmsChkeY25huVCdGyUYUAOp5MEvUMMcHUoJqfsv1q1P/X6Ib43aac1G\
    Vd3a2qUCgYEA3PSXKk+zMXJlKoxGfX00TEFy+oYuZVY1hxZ1xdwp+M4DmTU946n5qvHlBoJlE1XE6Bq2kMHbdsS9\
    jbQRIW5zGAdORCvbM+Hwb5Ik37btXL3+/gwJHZJxdcI0WM3xNA8tdYXJadeQ6DBpEM7n71WzTxuMqj9b75B4WjaO\
    2lR/fwUCgYEAuoH7L4+uuEGEsAZU7xSCe/vcDn7ehDxb3uotOkshdP2y6hwiLDM4rzmKwVR1t2chjyZF9lC5zSn5\
    +QWnA5j9jNJCqqpM0BqT0riYGgEZz+kJvjoRgxZS+MRSDi2hZfoWtutuBBf+onrPJcVLIAm+YnPnJj0CMpCf/qdx\
    dKG1mNsCgYEAlUuHIIW9tHlxNfCWaJBC2AuZHwGvM7WucVqRtWFv0reQ4uKAsOXW1tSfRWix1wCrDZGPLfxux69j\
    zO2QbaBtkBzPm2xurn3JsflzhN3bQED4nLuRJTQgCctxB1gP1Hc05iXB1Axd0yVyuHK1cJfdkmQxBY/OFO7vAzW+\
    DHPvuekCgYBLreyf+vyZtbRCvP7/2GGuL5+2nhJqtBdPV9SsX8oer8dGqc3QA6TPrVi5ZC00E3wRmyUucslCD/Nn\
    8bw4gH76AmOc3ue2VeJ/0fmeK64uqFAUyXlLqOZYHUlyiV+Bgr5u0Q9eR+JCSfT+TZVTVcDUMFWuNXlLzVWuvoES\
    I4ANmwKBgQC3OM9UD6jYR6LtSC34nPNJ4evhdBZDO2dLFT/XcqBaHq90uCvIxNFBNnqpjnLUpa3PTOeApBbABJiz\
    ecKu3cebBN7kxfEX1i06iGld/RDzZlALd88UnTpaDWkg1+Jq5i8/mMqnbJRh3+7h7A5ObkRDsDZL1UGytn56yLtq\
    f71lFA==";

/// The modulus of an RSA key with 1024 bits, base64url.
pub const SHORT_RSA_MODULUS: &str = "\
    taEZlH8QVlC3Mz0Yt3FSaP7--\
    Fay0ASO2x9B4cPtXT18YiOsJ54PwvFDKj64tpsAqiBBuRoMvsR1vnmTBHR1rH7qC5MK2Qiutg1Rlj9avzU-\
    l_zrkM-dW7zIGAVyU0SU1Zgz2CqjFg6TazjoWazdyQqlt3XMDuEopmxFtTEY0JE";

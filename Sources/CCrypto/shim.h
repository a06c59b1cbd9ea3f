#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

// HMAC(3) with SHA-256: 32 bytes. Gives 1, or 0 if it failed. Its names are macros and functions that Swift cannot call.
static inline int CCrypto_HMACSHA256(const void *key, int keyLength, const unsigned char *text, size_t textLength,
                                     unsigned char *digest) {
    unsigned int length = 0;
    return HMAC(EVP_sha256(), key, keyLength, text, textLength, digest, &length) != 0 && length == 32;
}

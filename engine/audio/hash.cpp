#include "engine/audio/hash.h"

#include <openssl/evp.h>
// Compiled here: the system's library does without wide registers and takes twice as long.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/audio/posix_file.h"
#include "engine/audio/source.h"

namespace dubplate::audio {

namespace {

constexpr std::int64_t kPieceBytes = 128 << 10;  // stays in L2 between the read and the hash

/// Calls take(bytes, count) for the whole file in order.
template <class Take>
Result<void> for_each_piece(const std::string& path, const std::stop_token& stop, Take take) {
    auto file = open_for_reading(path);
    if (!file) return fail(std::move(file.error()));
    std::vector<char> piece(kPieceBytes);
    for (std::int64_t offset = 0;;) {
        if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled", path);
        const auto got = read_at(*file, piece.data(), kPieceBytes, offset, path);
        if (!got) return fail(got.error());
        take(piece.data(), static_cast<std::size_t>(*got));
        offset += *got;
        if (*got < kPieceBytes) return {};
    }
}

}  // namespace

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    // Fails only where the library was built without SHA-256 or memory is out: nothing a caller could do better.
    if (state_->context == nullptr || EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) std::abort();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;

void Sha256::update(const void* bytes, std::size_t count) {
    if (EVP_DigestUpdate(state_->context, bytes, count) != 1) std::abort();
}

std::string Sha256::finish() {
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(state_->context, digest, &length) != 1) std::abort();
    return hex_digits(digest, length);
}

struct Xxh3::State {
    XXH3_state_t hash;
};

Xxh3::Xxh3() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->hash); }
Xxh3::~Xxh3() = default;
Xxh3::Xxh3(Xxh3&&) noexcept = default;

void Xxh3::update(const void* bytes, std::size_t count) { XXH3_128bits_update(&state_->hash, bytes, count); }

Xxh3Digest Xxh3::digest() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->hash));
    Xxh3Digest digest;
    std::copy_n(canonical.digest, digest.size(), digest.begin());
    return digest;
}

std::string Xxh3::finish() const {
    const Xxh3Digest bytes = digest();
    return hex_digits(bytes.data(), bytes.size());
}

std::string hex_digits(const std::uint8_t* bytes, std::size_t count) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * count);
    for (std::size_t k = 0; k < count; ++k) {
        text += kDigits[bytes[k] >> 4];
        text += kDigits[bytes[k] & 15];
    }
    return text;
}

Result<std::string> hash_file_sha256(const std::string& path, std::stop_token stop) {
    Sha256 hash;
    const auto done =
        for_each_piece(path, stop, [&](const void* bytes, std::size_t count) { hash.update(bytes, count); });
    if (!done) return fail(done.error());
    return hash.finish();
}

Result<std::string> hash_file_xxh3(const std::string& path, std::stop_token stop) {
    Xxh3 hash;
    const auto done =
        for_each_piece(path, stop, [&](const void* bytes, std::size_t count) { hash.update(bytes, count); });
    if (!done) return fail(done.error());
    return hash.finish();
}

}  // namespace dubplate::audio

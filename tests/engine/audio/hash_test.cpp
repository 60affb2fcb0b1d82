#include "engine/audio/hash.h"

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

std::vector<unsigned char> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Hash, Sha256OfAbcIsThePublishedOne) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "abc", bytes_of("abc"));
    EXPECT_EQ(hash_file_sha256(folder / "abc").value(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, Xxh3Of128BitsOfNothingIsThePublishedOne) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "empty", {});
    EXPECT_EQ(hash_file_xxh3(folder / "empty").value(), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, OfPiecesIsTheHashOfTheWhole) {
    test::TemporaryFolder folder;
    std::vector<unsigned char> bytes((3 << 20) + 17);
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<unsigned char>(k * 31 + (k >> 9));
    test::write_bytes(folder / "large", bytes);
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += 100'003)
        hash.update(bytes.data() + at, std::min<std::size_t>(100'003, bytes.size() - at));
    EXPECT_EQ(hash_file_sha256(folder / "large").value(), hash.finish());
    const std::string first = hash_file_xxh3(folder / "large").value();
    bytes.back() ^= 1;
    test::write_bytes(folder / "large", bytes);
    EXPECT_NE(hash_file_xxh3(folder / "large").value(), first);
}

TEST(Hash, StopsWhenItIsAskedTo) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "abc", bytes_of("abc"));
    std::stop_source stop;
    ASSERT_TRUE(hash_file_xxh3(folder / "abc", stop.get_token()));
    stop.request_stop();
    for (const auto& hash :
         {hash_file_xxh3(folder / "abc", stop.get_token()), hash_file_sha256(folder / "abc", stop.get_token())}) {
        ASSERT_FALSE(hash);
        EXPECT_EQ(hash.error().code, ErrorCode::cancelled);
    }
}

TEST(Hash, OfAMissingFileSaysWhichOne) {
    const auto hash = hash_file_xxh3("/no/such/file.wav");
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, ErrorCode::not_found);
    EXPECT_EQ(hash.error().where, "/no/such/file.wav");
    EXPECT_EQ(hash.error().message, "cannot open: No such file or directory");
}

}  // namespace
}  // namespace dubplate::audio

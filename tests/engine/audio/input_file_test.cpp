#include "engine/audio/input_file.h"

#include <xxhash.h>

#include <filesystem>
#include <thread>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes any_bytes(std::size_t count) {
    Bytes bytes(count);
    for (std::size_t k = 0; k < count; ++k) bytes[k] = static_cast<unsigned char>(k * 131 + (k >> 7) + (k >> 15));
    return bytes;
}

/// By the system's library, in one piece.
std::string hash_of(const Bytes& bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    return hex_digits(canonical.digest, sizeof canonical.digest);
}

struct Piece {
    std::int64_t offset, count;
};

class HashedFile : public testing::Test {
protected:
    std::shared_ptr<InputFile> open(const Bytes& bytes) {
        test::write_bytes(path_, bytes);
        return InputFile::open(path_, Hashing::while_reading).value();
    }
    static std::string whole_hash(const InputFile& file) {
        const InputHash hash = file.hash({}).value();
        EXPECT_TRUE(hash.ranges.empty());
        return hash.xxh3_128;
    }
    static void read(const InputFile& file, Piece piece) {
        Bytes to(static_cast<std::size_t>(piece.count));
        EXPECT_TRUE(file.read(to.data(), piece.count, piece.offset));
    }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_ / "in";
};

TEST_F(HashedFile, HasTheHashOfAllItsBytesWhateverWasReadOfIt) {
    const Bytes bytes = any_bytes(600'011);
    const std::vector<std::vector<Piece>> cases = {
        {},
        {{0, 600'011}},
        {{0, 200'000}, {200'000, 200'000}, {400'000, 200'011}},
        {{44, 100'000}, {100'044, 400'000}},                     // a header and chunks behind the samples
        {{0, 1000}, {3000, 1000}, {5000, 50'000}},               // with gaps
        {{0, 1000}, {500, 1000}, {0, 2000}, {1999, 2}},          // overlapping
        {{400'000, 200'011}, {200'000, 200'000}, {0, 200'000}},  // backwards
        {{0, 300'000}, {0, 300'000}, {100, 300'000}},            // twice
        {{599'000, 5000}, {700'000, 100}},                       // beyond the end
        {{0, 0}, {10, 0}},
    };
    for (std::size_t k = 0; k < cases.size(); ++k) {
        SCOPED_TRACE(k);
        const auto file = open(bytes);
        for (const Piece& piece : cases[k]) read(*file, piece);
        EXPECT_EQ(whole_hash(*file), hash_of(bytes));
        EXPECT_TRUE(file->check_unchanged());
    }
}

TEST_F(HashedFile, OfNoBytesAndOfFewIsHashedToo) {
    for (const std::size_t count : {0u, 1u, 240u, 241u, 1025u}) {
        const auto file = open(any_bytes(count));
        EXPECT_EQ(whole_hash(*file), hash_of(any_bytes(count))) << count;
    }
}

/// Proved by bytes that change behind the reader's back: the hash is that of what was read.
TEST_F(HashedFile, IsNotReadAgainWhereItWasReadInOrder) {
    const Bytes bytes = any_bytes(500'000);
    const auto file = open(bytes);
    for (std::int64_t at = 44; at < 400'000; at += 10'000) read(*file, {at, 10'000});
    Bytes changed = bytes;
    std::fill(changed.begin(), changed.begin() + 400'000, static_cast<unsigned char>(0));
    test::write_bytes(path_, changed);
    EXPECT_EQ(whole_hash(*file), hash_of(bytes));
}

TEST_F(HashedFile, ReadFarFromTheBeginningIsHashedInTheEnd) {
    Bytes bytes = any_bytes(static_cast<std::size_t>(RangeHash::kMostGapBytes) + 100'000);
    const auto file = open(bytes);
    read(*file, {RangeHash::kMostGapBytes + 1, 1000});
    std::fill_n(bytes.begin(), 1000, static_cast<unsigned char>(7));
    test::write_bytes(path_, bytes);
    EXPECT_EQ(whole_hash(*file), hash_of(bytes)) << "the beginning was not read before it was needed";
}

TEST_F(HashedFile, MayBeReadByManyThreadsAtOnce) {
    const Bytes bytes = any_bytes(3'000'000);
    for (int round = 0; round < 10; ++round) {
        const auto file = open(bytes);
        std::vector<std::thread> threads;
        for (std::int64_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::int64_t at = 0; at < 3'000'000; at += 25'000 + t * 1111) read(*file, {at, 30'000});
            });
        for (std::thread& thread : threads) thread.join();
        ASSERT_EQ(whole_hash(*file), hash_of(bytes));
    }
}

TEST_F(HashedFile, OfAPlayedWavIsHashedWithItsHeaderAndWhatFollows) {
    test::write_sound_file(path_, test::noise_channels(2, 30'000), 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
    Bytes bytes = test::bytes_of_file(path_);
    for (int k = 0; k < 999; ++k) bytes.push_back(static_cast<unsigned char>(k));
    for (const int session_rate : {48000, 44100}) {
        const auto file = open(bytes);
        const auto source = open_source(file, session_rate, 1.0, folder_.path()).value();
        ASSERT_TRUE(test::read_frames(*source, 10'000, 9000));
        EXPECT_EQ(whole_hash(*file), hash_of(bytes));
    }
}

TEST_F(HashedFile, OfADecodedFormatIsHashedAsItLies) {
    test::write_sound_file(path_, test::noise_channels(2, 30'000), 48000, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    const auto file = InputFile::open(path_, Hashing::while_reading).value();
    ASSERT_TRUE(open_source(file, 48000, 1.0, folder_.path()));
    EXPECT_EQ(whole_hash(*file), hash_of(test::bytes_of_file(path_)));
}

/// By the system's library: of the hashes of the ranges.
std::string hash_of(const Bytes& bytes, const std::vector<ByteRange>& ranges) {
    Bytes hashes;
    for (const ByteRange& range : ranges) {
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(
            &canonical, XXH3_128bits(bytes.data() + range.begin, static_cast<std::size_t>(range.end - range.begin)));
        hashes.insert(hashes.end(), canonical.digest, canonical.digest + sizeof canonical.digest);
    }
    return hash_of(hashes);
}

TEST_F(HashedFile, OfWhichPartIsExpectedHasTheHashOfThatWhateverElseIsRead) {
    const Bytes bytes = any_bytes(2'000'000);
    const std::vector<ByteRange> ranges = {{0, 44}, {300'000, 700'000}, {900'000, 1'000'000}};
    const std::vector<std::vector<Piece>> cases = {
        {},
        {{300'000, 400'000}, {900'000, 100'000}},
        {{900'000, 100'000}, {300'000, 400'000}},
        {{0, 2'000'000}},
        {{650'000, 300'000}, {290'000, 20'000}, {310'000, 90'000}, {999'999, 10}, {50'000, 10'000}},
    };
    for (std::size_t k = 0; k < cases.size(); ++k) {
        SCOPED_TRACE(k);
        const auto file = open(bytes);
        file->expect({{900'000, 1'000'000}, {500'000, 700'000}, {0, 44}, {300'000, 600'000}});
        for (const Piece& piece : cases[k]) read(*file, piece);
        const InputHash hash = file->hash({}).value();
        EXPECT_EQ(hash.ranges, ranges);
        EXPECT_EQ(hash.xxh3_128, hash_of(bytes, ranges));
        EXPECT_EQ(hash_file_ranges(path_, ranges).value(), hash.xxh3_128);
    }
}

TEST_F(HashedFile, OfWhichLittleIsLeftOutCountsWhole) {
    constexpr std::int64_t kGap = InputFile::kLeastGapBytes;
    const Bytes bytes = any_bytes(1'000'000);
    const std::int64_t end = 1'000'000 - kGap + 1;
    for (const std::vector<ByteRange>& nearly_all : {std::vector<ByteRange>{{44, 1'000'000}},
                                                     {{kGap - 1, end}},
                                                     {{0, 44}, {43 + kGap, 500'000}, {500'000, end}}}) {
        const auto file = open(bytes);
        file->expect(nearly_all);
        EXPECT_EQ(whole_hash(*file), hash_of(bytes));
    }
    const auto file = open(bytes);
    file->expect({{0, 44}, {44 + kGap, end - 1}});
    EXPECT_EQ(file->hash({}).value().ranges, (std::vector<ByteRange>{{0, 44}, {44 + kGap, end - 1}}));
}

/// Proved as above; what no range holds may change unseen.
TEST_F(HashedFile, OfWhichPartIsExpectedIsNotReadAgainWhereThatWasReadInOrder) {
    const Bytes bytes = any_bytes(1'000'000);
    const auto file = open(bytes);
    file->expect({{0, 44}, {600'000, 700'000}, {200'000, 300'000}});
    for (const std::int64_t begin : {600'000, 200'000})
        for (std::int64_t at = begin; at < begin + 100'000; at += 10'000) read(*file, {at, 10'000});
    Bytes changed = bytes;
    std::fill(changed.begin() + 44, changed.end(), static_cast<unsigned char>(0));
    test::write_bytes(path_, changed);
    EXPECT_EQ(file->hash({}).value().xxh3_128, hash_of(bytes, {{0, 44}, {200'000, 300'000}, {600'000, 700'000}}));
}

TEST_F(HashedFile, StopsWhenItIsAskedTo) {
    const auto file = open(any_bytes(1000));
    std::stop_source stop;
    stop.request_stop();
    const auto hash = file->hash(stop.get_token());
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, ErrorCode::cancelled);
}

TEST(InputFile, TellsWhenTheFileIsAnotherOrGone) {
    test::TemporaryFolder folder;
    const std::string path = folder / "in";
    test::write_bytes(path, any_bytes(100));
    const auto file = InputFile::open(path).value();
    EXPECT_TRUE(file->check_unchanged());
    test::write_bytes(path, any_bytes(101));
    EXPECT_EQ(file->check_unchanged().error().code, ErrorCode::io);
    std::filesystem::remove(path);
    EXPECT_EQ(file->check_unchanged().error().code, ErrorCode::not_found);
    EXPECT_EQ(InputFile::open(path).error().message, "cannot open: No such file or directory");
}

TEST(InputFile, OpenedAnewMustBeTheSame) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "in", any_bytes(100));
    const auto file = InputFile::open(folder / "in").value();
    EXPECT_TRUE(file->open_again());
    test::write_bytes(folder / "in", any_bytes(101));
    const auto again = file->open_again();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().message, "the file was changed while it was in use");
}

}  // namespace
}  // namespace dubplate::audio

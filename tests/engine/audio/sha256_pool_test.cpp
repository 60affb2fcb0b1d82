#include "engine/audio/sha256_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

namespace dubplate::audio {
namespace {

constexpr std::size_t kPieceBytes = 4096;

std::vector<std::byte> bytes_of(std::size_t count, unsigned seed) {
    std::vector<std::byte> bytes(count);
    for (std::size_t k = 0; k < count; ++k) {
        seed = seed * 1664525 + 1013904223;
        bytes[k] = static_cast<std::byte>(seed >> 24);
    }
    return bytes;
}

std::string by_library(const std::vector<std::byte>& bytes) {
    Sha256 hash;
    hash.update(bytes.data(), bytes.size());
    return hash.finish();
}

/// Adds what lies in [begin, end), piece by piece.
void add(PooledSha256& hash, const std::vector<std::byte>& bytes, std::size_t begin, std::size_t end) {
    PooledSha256::Bytes piece(kPieceBytes);
    while (begin < end) {
        const std::size_t count = std::min(end - begin, kPieceBytes);
        ASSERT_GE(piece.size(), count) << "what is given back has room for a piece";
        std::memcpy(piece.data(), bytes.data() + begin, count);
        hash.add(piece, count);
        begin += count;
    }
}

std::string alone(const std::shared_ptr<Sha256Pool>& pool, const std::vector<std::byte>& bytes) {
    PooledSha256 hash(pool);
    add(hash, bytes, 0, bytes.size());
    return hash.finish();
}

/// With the processor's instructions, where it has them, and without.
class Sha256PoolTest : public testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        if (GetParam() && !has_sha256_instructions()) GTEST_SKIP() << "this processor has no instructions for SHA-256";
    }
    const std::shared_ptr<Sha256Pool> pool_ = std::make_shared<Sha256Pool>(GetParam());
};

TEST_P(Sha256PoolTest, OfAbcIsThePublishedOne) {
    EXPECT_EQ(alone(pool_, {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}}),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_P(Sha256PoolTest, FilesOfAnyLengthHaveTheLibrarysHash) {
    for (std::size_t count = 0; count < 200; ++count)
        EXPECT_EQ(alone(pool_, bytes_of(count, 1)), by_library(bytes_of(count, 1))) << count;
    for (const std::size_t count : {kPieceBytes - 1, kPieceBytes, kPieceBytes + 1, 5 * kPieceBytes + 117})
        EXPECT_EQ(alone(pool_, bytes_of(count, 2)), by_library(bytes_of(count, 2))) << count;
}

TEST_P(Sha256PoolTest, FilesThatTakeTurnsKeepTheirOwnHashes) {
    const std::size_t lengths[] = {40 * kPieceBytes, 40 * kPieceBytes + 5, 3 * kPieceBytes, 17, 25 * kPieceBytes + 64};
    std::vector<std::vector<std::byte>> files;
    std::deque<PooledSha256> hashes;
    for (const std::size_t length : lengths) {
        files.push_back(bytes_of(length, static_cast<unsigned>(length)));
        hashes.emplace_back(pool_);
    }
    for (std::size_t begin = 0; begin <= 40 * kPieceBytes; begin += 3 * kPieceBytes) {
        for (std::size_t f = 0; f < files.size(); ++f)
            add(hashes[f], files[f], std::min(begin, files[f].size()),
                std::min(begin + 3 * kPieceBytes, files[f].size()));
        EXPECT_LE(pool_->waiting(), Sha256Pool::kMostWaiting);
    }
    for (std::size_t f = 0; f < files.size(); ++f) EXPECT_EQ(hashes[f].finish(), by_library(files[f])) << f;
    EXPECT_EQ(pool_->waiting(), 0u);
}

TEST_P(Sha256PoolTest, PiecesOfDifferentLengthsAreHashedSideBySide) {
    const auto longer = bytes_of(kPieceBytes + 9, 3), shorter = bytes_of(kSha256BlockBytes, 4);
    PooledSha256 first(pool_), second(pool_);
    add(first, longer, 0, kPieceBytes);
    add(second, shorter, 0, shorter.size());
    add(first, longer, kPieceBytes, longer.size());
    EXPECT_EQ(first.finish(), by_library(longer));
    EXPECT_EQ(second.finish(), by_library(shorter));
}

TEST_P(Sha256PoolTest, AFileThatIsGivenUpLeavesTheOthersAlone) {
    const auto kept = bytes_of(6 * kPieceBytes, 5), dropped = bytes_of(6 * kPieceBytes, 6);
    PooledSha256 hash(pool_);
    add(hash, kept, 0, 2 * kPieceBytes);
    {
        PooledSha256 given_up(pool_), never_used(pool_);
        add(given_up, dropped, 0, 5 * kPieceBytes);
    }
    EXPECT_LE(pool_->waiting(), 2u);
    add(hash, kept, 2 * kPieceBytes, kept.size());
    EXPECT_EQ(pool_->waiting(), 0u) << "of a file alone nothing waits";
    EXPECT_EQ(hash.finish(), by_library(kept));
}

TEST_P(Sha256PoolTest, ThreadsHashForEachOther) {
    constexpr int kThreads = 4;
    constexpr std::size_t kFiles = 3;  // of each thread
    std::vector<std::string> found(kThreads * kFiles), expected;
    std::vector<std::thread> threads;
    const auto file = [](std::size_t index) {
        return bytes_of((20 + 7 * index) * kPieceBytes + index, static_cast<unsigned>(index));
    };
    for (std::size_t index = 0; index < found.size(); ++index) expected.push_back(by_library(file(index)));
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            std::deque<PooledSha256> hashes;
            std::vector<std::vector<std::byte>> files;
            const std::size_t first = static_cast<std::size_t>(thread) * kFiles;
            for (std::size_t f = 0; f < kFiles; ++f) {
                files.push_back(file(first + f));
                hashes.emplace_back(pool_);
            }
            for (std::size_t begin = 0; begin < files.back().size(); begin += kPieceBytes)
                for (std::size_t f = 0; f < kFiles; ++f)
                    add(hashes[f], files[f], std::min(begin, files[f].size()),
                        std::min(begin + kPieceBytes, files[f].size()));
            for (std::size_t f = 0; f < kFiles; ++f) found[first + f] = hashes[f].finish();
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(found, expected);
}

INSTANTIATE_TEST_SUITE_P(Instructions, Sha256PoolTest, testing::Bool(),
                         [](const auto& what) { return what.param ? "OfTheProcessor" : "OfTheLibrary"; });

}  // namespace
}  // namespace dubplate::audio

#include "engine/audio/range_hash.h"

#include <thread>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

std::vector<unsigned char> any_bytes(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    for (std::size_t k = 0; k < count; ++k) bytes[k] = static_cast<unsigned char>(k * 37 + (k >> 8));
    return bytes;
}

class RangeHashOfAFile : public testing::Test {
protected:
    RangeHashOfAFile() : bytes_(any_bytes(3'000'000)) { test::write_bytes(path_, bytes_); }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_ / "in";
    const std::vector<unsigned char> bytes_;
};

TEST_F(RangeHashOfAFile, MayBeFedByManyThreadsAtOnce) {
    const std::vector<ByteRange> ranges = {{0, 44}, {100'000, 900'000}, {1'000'000, 1'000'001}, {1'500'000, 3'000'000}};
    const std::string expected = hash_file_ranges(path_, ranges).value();
    const auto file = open_for_reading(path_).value();
    for (int round = 0; round < 10; ++round) {
        RangeHash hash(ranges);
        std::vector<std::thread> threads;
        for (std::int64_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::int64_t at = 0; at + 30'000 < 3'000'000; at += 25'000 + t * 1111)
                    hash.feed(file, path_, bytes_.data() + at, 30'000, at);
            });
        for (std::thread& thread : threads) thread.join();
        ASSERT_EQ(hash_of_hashes(hash.finish(file, path_, {}).value()), expected);
    }
}

TEST_F(RangeHashOfAFile, TellsAChangeInARangeAndNoneOutside) {
    const std::vector<ByteRange> ranges = {{10, 20}, {1000, 500'000}};
    const std::string expected = hash_file_ranges(path_, ranges).value();
    for (const auto& [at, is_seen] :
         {std::pair{9, false}, {10, true}, {19, true}, {20, false}, {1000, true}, {499'999, true}, {500'000, false}}) {
        auto changed = bytes_;
        changed[static_cast<std::size_t>(at)] ^= 1;
        test::write_bytes(path_, changed);
        EXPECT_EQ(hash_file_ranges(path_, ranges).value() != expected, is_seen) << at;
    }
}

TEST_F(RangeHashOfAFile, DependsOnWhereTheRangesAreCut) {
    EXPECT_NE(hash_file_ranges(path_, {{0, 100}}).value(), hash_file_ranges(path_, {{0, 50}, {50, 100}}).value());
}

TEST_F(RangeHashOfAFile, BeyondItsEndIsOfWhatIsThere) {
    EXPECT_EQ(hash_file_ranges(path_, {{0, 4'000'000}}).value(), hash_file_ranges(path_, {{0, 3'000'000}}).value());
    EXPECT_TRUE(hash_file_ranges(path_, {{5'000'000, 6'000'000}}));
}

TEST_F(RangeHashOfAFile, IsAnErrorWhereTheFileIsGoneOrItIsCancelled) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(hash_file_ranges(path_, {{0, 10}}, stop.get_token()).error().code, ErrorCode::cancelled);
    EXPECT_EQ(hash_file_ranges(folder_ / "none", {{0, 10}}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace dubplate::audio
